import { figure } from '../figure.ts';
import { extremes, type Group } from '../groups.ts';
import type { Html } from '../html.ts';
import { lines } from '../lines.ts';
import { overSeeds } from '../series.ts';
import { count, list } from '../words.ts';

/** Counts jump from step to step; averages of a few show the course. */
const MOST_POINTS = 25;

/** How many positives and negatives carried weight at each step. */
export function carriedFigure(groups: readonly Group[]): Html {
  const panel = (title: string, which: 'positives' | 'negatives') => ({
    title,
    drawing: lines(
      groups.map(({ look, runs }) => ({
        look,
        points: overSeeds(
          runs.map(({ carried }) => carried.map((step) => ({ x: step.step, y: step[which] }))),
          MOST_POINTS,
        ),
      })),
      {
        label: `${title} that carried weight at each training step`,
        x: 'step',
        log: true,
        format: count,
      },
    ),
  });
  return figure({
    id: 'carried',
    title: 'Who takes part in a step',
    aid: readingAid(groups),
    legend:
      'Samples of a batch whose weight is not 0, on a logarithmic axis; mean over seeds, band from the lowest to the highest.',
    panels: [panel('Positives', 'positives'), panel('Negatives', 'negatives')],
  });
}

function readingAid(groups: readonly Group[]): string {
  const found = extremes(groups, ({ summary }) => summary.negatives);
  if (!found) return 'No counts were recorded.';
  const describe = ({ value, group: { summary } }: typeof found.most): string =>
    `${count(value)} negatives a step${summary.positives > 0 ? ` (${count(value / summary.positives)} a positive)` : ''}`;
  if (found.most.value === found.least.value) {
    return `${groups.length === 1 ? found.most.name : 'Every strategy'} gives weight to ${describe(found.most)}.`;
  }
  const alike = ({ value }: typeof found.most): string =>
    list(groups.filter(({ summary }) => summary.negatives === value).map(({ look }) => look.name));
  return `The fewest take part with ${alike(found.least)}, ${describe(found.least)}; the most with ${alike(found.most)}, ${describe(found.most)}.`;
}
