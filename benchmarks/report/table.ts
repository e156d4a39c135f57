import { styleText } from 'node:util';
import type { Comparison, StrategySummary } from '../training/result.ts';
import { columns, rows } from './columns.ts';

/**
 * The comparison as an aligned table for the terminal, at most 110 columns wide. Colours where standard output is
 * a terminal that shows them, plain text elsewhere.
 */
export function comparisonTable({ summary }: Comparison): string {
  const cells = rows(summary);
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    columns.map(({ align }, at) => pad(row[at] ?? '', widths[at] ?? 0, align)).join('  ');
  const header = styleText('dim', line(columns.map(({ title }) => title)).trimEnd());
  const body = cells.map((row, at) => styleText(colour(summary[at]), line(row).trimEnd()));
  return [header, ...body].join('\n');
}

/** The same table in Markdown, for a README. */
export function markdownTable({ summary }: Comparison): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows(summary).map((row) => line(row.map(escapeMarkdown))),
  ].join('\n');
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width);
}

function colour(summary: StrategySummary | undefined): 'green' | 'dim' | 'reset' {
  if (summary?.verdict === 'best') return 'green';
  return summary?.verdict === 'worse' ? 'dim' : 'reset';
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\|<>*_`[\]]/gu, String.raw`\$&`);
}
