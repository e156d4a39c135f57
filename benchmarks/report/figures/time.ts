import * as Plot from '@observablehq/plot';
import { chart } from '../chart.ts';
import { figure } from '../figure.ts';
import { extremes, type Group } from '../groups.ts';
import type { Html } from '../html.ts';
import { nameAxis, rowOptions } from '../name-axis.ts';
import { milliseconds, percent, shareOfStep } from '../words.ts';

/** The time of a step, and how much of it is the strategy's own. */
export function timeFigure(groups: readonly Group[]): Html {
  return figure({
    id: 'time',
    title: 'What it costs',
    aid: readingAid(groups),
    legend:
      'Grey: forward, backward and update. Coloured: the strategy with its losses, forward and backward; alone, and larger, on the right. Medians.',
    panels: [
      {
        title: 'A training step, ms',
        drawing: bars(groups, 'Time of a training step', (group) => ({
          total: group.summary.stepMs,
          text: milliseconds(group.summary.stepMs),
        })),
      },
      {
        title: 'The strategy alone, ms',
        drawing: bars(groups, "The strategy's own time", (group) => ({
          total: own(group),
          text: `${milliseconds(group.summary.strategyMs)} · ${percent(shareOfStep(group.summary))}`,
        })),
      },
    ],
  });
}

function bars(
  groups: readonly Group[],
  label: string,
  measure: (group: Group) => { total: number; text: string },
): Html {
  const longest = Math.max(...groups.map((group) => measure(group).total), 0.01);
  return chart(label, {
    ...rowOptions(groups),
    marginRight: 78,
    x: { domain: [0, longest], label: 'ms', labelAnchor: 'center', labelArrow: 'none', grid: true, ticks: 4 },
    marks: [
      ...nameAxis(groups),
      ...groups.flatMap((group) => {
        const { total, text } = measure(group);
        const row = { y: () => group.look.name, className: group.look.mark };
        return [
          Plot.barX([0], { ...row, x1: own(group), x2: total, fill: 'currentColor', fillOpacity: 0.2 }),
          Plot.barX([0], { ...row, x1: 0, x2: own(group), fill: group.look.color }),
          Plot.text([0], { ...row, x: total, text: () => text, textAnchor: 'start', dx: 6 }),
        ];
      }),
    ],
  });
}

/** A strategy measured alone may come out slower than in its step; the bar stays in the step. */
function own({ summary }: Group): number {
  return Math.min(summary.strategyMs, summary.stepMs);
}

function readingAid(groups: readonly Group[]): string {
  const share = extremes(groups, ({ summary }) => shareOfStep(summary));
  const step = extremes(groups, ({ summary }) => summary.stepMs);
  if (!share || !step) return 'No times were recorded.';
  const describe = ({ name, group: { summary } }: typeof share.most): string =>
    `${name} takes ${milliseconds(summary.strategyMs)} of ${milliseconds(summary.stepMs)} ms, ${percent(shareOfStep(summary))} of its step`;
  if (groups.length === 1) return `${describe(share.most)}.`;
  return `${describe(share.most)}, the largest share; ${share.least.name} ${percent(share.least.value)}, the smallest. Steps last from ${milliseconds(step.least.value)} ms (${step.least.name}) to ${milliseconds(step.most.value)} ms (${step.most.name}).`;
}
