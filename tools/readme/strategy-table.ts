// npm run readme [-- --check]: writes the table of strategies into README.md from the catalogue, the reference cases and the laws.
// --check: exit code 1 where README.md would change. Without ../shared the column of reference cases is taken from README.md as it is.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { EquipoiseError } from '@equipoise/core';
import { checkLaw, laws, runCases } from '@equipoise/testkit';
import { catalogue, type CatalogueEntry } from '../../benchmarks/training/catalogue.ts';
import { useBackend } from '../../benchmarks/backends/index.ts';
import { casesOf } from '../parity/case-file.ts';
import { operations } from '../parity/operations/index.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const README = path.join(ROOT, 'README.md');
const CASES = path.join(ROOT, '../shared/reference/golden.json');
const [BEGIN, END] = ['<!-- strategies: npm run readme -->', '<!-- /strategies -->'];

/** Enough for every class count that a law draws. */
const FACTS = {
  boxes: Array.from({ length: 4 }, (_, i) => 10 * (i + 1)),
  imageShares: Array.from({ length: 4 }, () => 0.5),
};
/** Options or state of these hold a number a class, and the laws vary the classes: their own tests hold them to the laws. */
const OF_ONE_DATA_SET: ReadonlySet<string> = new Set(['class-balanced', 'eql', 'eqlv2']);
const RUNS = 15;

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly paper: string;
  readonly package: string;
  readonly presets: string;
  readonly cases: string;
  readonly laws: string;
}

async function rowOf(
  name: string,
  entry: CatalogueEntry,
  passed: ReadonlyMap<string, boolean>,
): Promise<Row> {
  const folder = `packages/${entry.make({}, FACTS).kind === 'hard' ? 'hard' : 'soft'}/${entry.package}`;
  const packageFolder = existsSync(path.join(ROOT, folder)) ? folder : folder.replace('hard', 'soft');
  return {
    name: `\`${name}\``,
    kind: entry.make({}, FACTS).kind,
    paper: entry.paper,
    package: `[\`@equipoise/${entry.package}\`](${packageFolder})`,
    presets: presetsOf(entry),
    cases: countOf(entry, passed),
    laws: await lawsOf(name, entry),
  };
}

/** What the option `preset` takes: the error for a wrong one says so. */
function presetsOf({ make }: CatalogueEntry): string {
  if (!('preset' in make({}, FACTS).options)) return '';
  try {
    make({ preset: '?' }, FACTS);
  } catch (error) {
    if (error instanceof EquipoiseError) return error.expected.replace(/^one of /, '');
    throw error;
  }
  throw new Error('a preset named ? was accepted');
}

function countOf({ cases }: CatalogueEntry, passed: ReadonlyMap<string, boolean>): string {
  if (cases.length === 0) return '';
  const own = [...passed].filter(([name]) =>
    cases.some((stem) => name === stem || name.startsWith(`${stem}_`)),
  );
  return `${own.filter(([, ok]) => ok).length} of ${own.length}`;
}

async function lawsOf(name: string, { make }: CatalogueEntry): Promise<string> {
  if (OF_ONE_DATA_SET.has(name)) return 'in its tests';
  const all = Object.values(laws);
  let held = 0;
  for (const law of all) {
    const holds = await checkLaw(law, () => make({}, FACTS), { runs: RUNS, seed: 1 }).then(
      () => true,
      (error: unknown) => {
        console.error(`${name}: ${law.lawName}: ${error instanceof Error ? error.message : String(error)}`);
        return false;
      },
    );
    if (holds) held++;
  }
  return `${held} of ${all.length}`;
}

async function passedCases(): Promise<ReadonlyMap<string, boolean>> {
  const passed = new Map<string, boolean>();
  for await (const report of runCases(await casesOf(CASES), operations))
    passed.set(report.name, report.passed);
  return passed;
}

function tableOf(rows: readonly Row[]): string {
  const columns: readonly (readonly [title: string, key: keyof Row])[] = [
    ['strategy', 'name'],
    ['kind', 'kind'],
    ['paper', 'paper'],
    ['package', 'package'],
    ['presets', 'presets'],
    ['reference cases', 'cases'],
    ['laws held', 'laws'],
  ];
  const lines = [
    columns.map(([title]) => title),
    columns.map(() => '---'),
    ...rows.map((row) => columns.map(([, key]) => row[key])),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Cells of the table that stands in the README, by strategy. */
function standing(readme: string): ReadonlyMap<string, string[]> {
  const lines = readme.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    lines.map((line) => line.split('|').map((cell) => cell.trim())).map((cells) => [cells[1]!, cells]),
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  await useBackend('cpu');
  const readme = readFileSync(README, 'utf8');
  const known = existsSync(CASES);
  const passed = known ? await passedCases() : new Map<string, boolean>();
  const before = standing(readme);
  const rows: Row[] = [];
  for (const [name, entry] of Object.entries(catalogue)) {
    const row = await rowOf(name, entry, passed);
    rows.push(known ? row : { ...row, cases: before.get(row.name)?.[6] ?? '' });
  }
  const [head, rest] = readme.split(BEGIN);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) throw new Error(`README.md: expected ${BEGIN} and ${END}`);
  if (!values.check) {
    writeFileSync(README, `${head}${BEGIN}\n\n${tableOf(rows)}\n\n${END}${tail}`);
    return;
  }
  const wrong = rows.filter((row) => {
    const cells = before.get(row.name);
    return (
      !cells ||
      [row.name, row.kind, row.paper, row.package, row.presets, row.cases, row.laws].some(
        (cell, i) => cells[i + 1] !== cell,
      )
    );
  });
  for (const { name } of wrong)
    console.error(`README.md: the row of ${name} is not what npm run readme gives`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

await main();
