import { count, milliseconds } from '../report/words.ts';
import { isMeasured, type Row } from './row.ts';
import { textTable } from './text-table.ts';

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
  'MB moved',
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
    row.bytesMoved === null ? '–' : megabytes(row.bytesMoved),
    share(row.copyShare),
    row.ratioToComposed === null ? '–' : times(row.ratioToComposed),
    row.peakBytes === null ? '–' : megabytes(row.peakBytes),
  ];
}

/** The rows as an aligned table for the terminal: the strategies, then the operations. */
export function benchTable(rows: readonly Row[]): string {
  return textTable(TITLES, rows.map(cellsOf), WORDS);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 9.95e6 ? 2 : 0);
}

/** How many times as fast. */
export function times(ratio: number): string {
  return ratio < 9.95 ? ratio.toFixed(ratio < 0.95 ? 2 : 1) : String(Math.round(ratio));
}

/** A share in per cent with two digits, however small. */
export function share(value: number): string {
  return `${Number((100 * value).toPrecision(2))} %`;
}
