import { count, milliseconds } from '../report/words.ts';
import { isMeasured, type Row } from './row.ts';

/** What a column shows of a row; the terminal and the report have the same ones. */
export const TITLES = [
  'work',
  'backend',
  'anchors',
  'classes',
  'inputs',
  'as',
  'ms',
  '±',
  'anchors/s',
  'MB needed',
  'of a copy',
  '× composed',
  'peak MB',
] as const;

/** How many columns, from the left, are words. */
export const WORDS = 2;

/** The cells of a row; without figures, its reason stands in place of them. */
export function cellsOf(row: Row): string[] {
  const inputs = row.source === 'uniform' ? 'uniform' : row.stage;
  const key = [row.work, row.backend, count(row.anchors), String(row.classes), inputs];
  if (!isMeasured(row)) return [...key, `skipped: ${row.skipped}`];
  return [
    ...key,
    row.implementation,
    milliseconds(row.medianMs),
    milliseconds(row.spreadMs),
    count(row.anchorsPerSecond),
    megabytes(row.bytesRequired),
    share(row.copyShare),
    row.ratioToComposed === null ? '–' : times(row.ratioToComposed),
    row.peakBytes === null ? '–' : megabytes(row.peakBytes),
  ];
}

/** The rows as an aligned table for the terminal: the strategies, then the operations. */
export function benchTable(rows: readonly Row[]): string {
  const cells = [TITLES as readonly string[], ...rows.map(cellsOf)];
  const widths = TITLES.map((title, at) =>
    // A reason may be as long as it likes.
    Math.max(title.length, ...cells.map((row) => (row.length === TITLES.length ? row[at]!.length : 0))),
  );
  widths[0] = Math.max(...cells.map(([work]) => work!.length));
  return cells
    .map((row) =>
      row
        .map((cell, at) => (at < WORDS ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 9.95e6 ? 2 : 0);
}

/** How many times as fast. */
export function times(ratio: number): string {
  return ratio < 9.95 ? ratio.toFixed(1) : String(Math.round(ratio));
}

/** A share in per cent with two digits, however small. */
export function share(value: number): string {
  return `${Number((100 * value).toPrecision(2))} %`;
}
