import type { StrategySummary } from '../training/result.ts';
import { count, difference, fixed, milliseconds, percent, plusMinus, shareOfStep } from './words.ts';

/** One column of the comparison: the terminal, Markdown and the report show the same ones. */
export interface Column {
  readonly title: string;
  /** What the column means, for the report. */
  readonly meaning: string;
  readonly align: 'left' | 'right';
  cell(summary: StrategySummary, rank: number, best: StrategySummary): string;
}

/** Every column, from left to right. */
export const columns: readonly Column[] = [
  { title: '#', meaning: 'Rank by mean AP', align: 'right', cell: (_, rank) => String(rank + 1) },
  { title: 'strategy', meaning: 'Name of the strategy', align: 'left', cell: (s) => s.strategy },
  {
    title: 'kind',
    meaning: 'Hard: chooses which samples train. Soft: weighs all of them',
    align: 'left',
    cell: (s) => s.kind,
  },
  {
    title: 'AP',
    meaning: 'Average precision over IoU .50 to .95, per cent; mean ± standard deviation over seeds',
    align: 'right',
    cell: (s) => plusMinus(s.ap),
  },
  { title: 'AP50', meaning: 'AP at IoU .50', align: 'right', cell: (s) => fixed(s.ap50.mean) },
  { title: 'AP75', meaning: 'AP at IoU .75', align: 'right', cell: (s) => fixed(s.ap75.mean) },
  {
    title: 'against the best',
    meaning: 'Difference in AP from the best, and whether it is more than noise (Welch, p < .05)',
    align: 'left',
    cell: (s, _, best) => difference(s, best),
  },
  {
    title: 'pos',
    meaning: 'Positives with weight, mean a step',
    align: 'right',
    cell: (s) => count(s.positives),
  },
  {
    title: 'neg',
    meaning: 'Negatives with weight, mean a step',
    align: 'right',
    cell: (s) => count(s.negatives),
  },
  {
    title: 'step ms',
    meaning: 'Median time of a training step',
    align: 'right',
    cell: (s) => milliseconds(s.stepMs),
  },
  {
    title: 'own ms',
    meaning: 'Median time of the strategy with its losses, forward and backward',
    align: 'right',
    cell: (s) => milliseconds(s.strategyMs),
  },
  {
    title: 'share',
    meaning: "The strategy's share of the step",
    align: 'right',
    cell: (s) => percent(shareOfStep(s)),
  },
];

/** The cells of every strategy, the best first. */
export function rows(summary: readonly StrategySummary[]): string[][] {
  const best = summary[0];
  return best
    ? summary.map((strategy, rank) => columns.map((column) => column.cell(strategy, rank, best)))
    : [];
}
