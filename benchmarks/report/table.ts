import { styleText } from 'node:util';
import type { Comparison, StrategySummary } from '../training/result.ts';
import { columns, rows } from './columns.ts';
import { shorten } from './words.ts';

/** No line is wider: a usual terminal, or half of a wide one. */
const WIDTH = 110;
const GAP = '  ';
const NAME = columns.findIndex(({ title }) => title === 'strategy');

/**
 * The comparison as an aligned table for the terminal, at most 110 columns wide. Colours where standard output is
 * a terminal that shows them, plain text elsewhere.
 */
export function comparisonTable({ summary }: Comparison): string {
  const cells = [columns.map(({ title }) => title), ...rows(summary)];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const total = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  // Numbers are never cut: a long name gives way.
  widths[NAME] = Math.max('strategy'.length, (widths[NAME] ?? 0) - Math.max(0, total - WIDTH));
  return cells.map((row, at) => styleText(colour(summary[at - 1], at), line(row, widths))).join('\n');
}

/** The same table in Markdown, for a README. */
export function markdownTable({ summary }: Comparison): string {
  return [
    markdownLine(columns.map(({ title }) => title)),
    markdownLine(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows(summary).map((row) => markdownLine(row.map(escapeMarkdown))),
  ].join('\n');
}

function line(row: readonly string[], widths: readonly number[]): string {
  const cells = columns.map(({ align }, at) => {
    const width = widths[at] ?? 0;
    const text = shorten(row[at] ?? '', width);
    return align === 'right' ? text.padStart(width) : text.padEnd(width);
  });
  return cells.join(GAP).trimEnd();
}

function colour(summary: StrategySummary | undefined, line: number): 'bold' | 'green' | 'dim' | 'reset' {
  if (line === 0) return 'bold';
  if (summary?.verdict === 'best') return 'green';
  return summary?.verdict === 'worse' ? 'dim' : 'reset';
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\|<>*_`[\]]/gu, String.raw`\$&`);
}
