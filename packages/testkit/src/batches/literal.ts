import type { Samples } from '@equipoise/core';
import type { Batch, Row } from './batch.ts';
import { columnsOf } from './batch.ts';

/** The batches of one or several steps as the TypeScript that builds them, to be pasted into a test. */
export function stepsLiteral(batches: readonly Batch[]): string {
  const literals = batches.map(literalOf);
  if (literals.length === 1) return `const samples = ${literals[0]};`;
  const indented = literals.map((literal) => `  ${literal.replaceAll('\n', '\n  ')},\n`);
  return `const steps = [\n${indented.join('')}];`;
}

function literalOf(batch: Batch): string {
  const { activation, boxLoss, classes, images, fields, rows } = batch;
  const vector = (of: (row: Row) => number, dtype = ''): string =>
    `tensor1d([${rows.map((row) => figure(of(row))).join(', ')}]${dtype || rows.length === 0 ? `, '${dtype || 'float32'}'` : ''})`;
  const matrix = (of: (row: Row) => readonly number[], columns: number): string => {
    const list = rows.map((row) => `[${of(row).map(figure).join(', ')}]`);
    if (list.length === 0) return `zeros([0, ${columns}])`;
    return `tensor2d([${list.length > 1 ? `\n    ${list.join(',\n    ')},\n  ` : list.join('')}])`;
  };
  const all: Readonly<Record<string, string>> = {
    logits: matrix((row) => row.logits, columnsOf(batch)),
    labels: vector((row) => row.label, 'int32'),
    weights: vector((row) => row.weight),
    image: vector((row) => row.image, 'int32'),
    level: vector((row) => row.level, 'int32'),
    groundTruth: vector((row) => row.groundTruth, 'int32'),
    deltas: matrix((row) => row.deltas, 4),
    deltaTargets: matrix((row) => row.deltaTargets, 4),
    anchors: matrix((row) => row.anchor, 4),
    maxOverlaps: vector((row) => row.maxOverlap),
  } satisfies Record<keyof Omit<Samples, 'task' | 'imageCount'>, string>;
  const lines = Object.entries(all)
    .filter(([field]) => field === 'logits' || field === 'labels' || fields.some((name) => name === field))
    .map(
      ([field, literal]) =>
        `  ${field}: ${literal}${field === 'labels' ? `, // ${classes} background` : ','}`,
    );
  if (fields.includes('image')) lines.push(`  imageCount: ${images},`);
  const loss = boxLoss === 'giou' ? 'giouLoss()' : 'smoothL1()';
  lines.push(`  task: { ...defaultTask, activation: '${activation}', boxLoss: ${loss} },`);
  return `{\n${lines.join('\n')}\n}`;
}

function figure(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
