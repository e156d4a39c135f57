import { count, milliseconds } from '../report/words.ts';
import { times } from '../throughput/bench-table.ts';
import { textTable } from '../throughput/text-table.ts';
import { perAnchor } from './growth.ts';
import { isTimed, type PeerRow, type Reached } from './row.ts';

/** What columns show of a row; the terminal and the report have the same ones. */
export const ROW_TITLES = [
  'work',
  'implementation',
  'anchors',
  'classes',
  'threads',
  'ms',
  '±',
  'ns/anchor',
  'growth',
  '× ours',
  'remark',
] as const;

/** What columns show of a target. */
export const TARGET_TITLES = ['work', 'against', 'size', 'threads', 'target', 'reached', 'ours'] as const;

/** How many columns, from the left, are words. */
export const WORDS = 2;

/** The cells of a row; without figures, its reason stands in place of them. */
export function cellsOfRow(row: PeerRow): string[] {
  const key = [row.work, row.implementation, count(row.anchors), String(row.classes), String(row.threads)];
  if (!isTimed(row)) return [...key, `skipped: ${row.skipped}`];
  const { medianMs, spreadMs, ratioToOurs, growth, differs } = row;
  const figures = [
    milliseconds(medianMs),
    milliseconds(spreadMs),
    nanoseconds(perAnchor(row)),
    growth === null ? '–' : times(growth),
  ];
  if (differs !== null) return [...key, ...figures, '–', `differs: ${differs}`];
  return [...key, ...figures, ratioToOurs === null ? '–' : times(ratioToOurs), ''];
}

/** The cells of a target; where nothing was reached, the reason. */
export function cellsOfTarget(reached: Reached): string[] {
  const { work, against, anchors, classes, threads, target, ratio, ours, why } = reached;
  const key = [work, against, `${count(anchors)} × ${classes}`, String(threads), `≥ ${target}`];
  if (ratio === null) return [...key, `– ${why ?? ''}`];
  // Three digits, so that what has missed does not look as if it had reached.
  const reachedWords = ratio >= target ? times(ratio) : `${ratio.toPrecision(3)} missed`;
  return [...key, reachedWords, ours ?? ''];
}

/** Both tables, for the terminal. */
export function peersTable(rows: readonly PeerRow[], targets: readonly Reached[]): string {
  const all = textTable(ROW_TITLES, rows.map(cellsOfRow), WORDS);
  if (targets.length === 0) return all;
  return `${all}\n\n${textTable(TARGET_TITLES, targets.map(cellsOfTarget), WORDS)}`;
}

/** With the digits that matter. */
function nanoseconds(value: number): string {
  return value < 1000 ? value.toPrecision(3) : String(Math.round(value));
}
