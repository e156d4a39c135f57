import { figure } from '../figure.ts';
import { extremes, type Group } from '../groups.ts';
import type { Html } from '../html.ts';
import { lines } from '../lines.ts';
import { overSeeds } from '../series.ts';
import { fixed } from '../words.ts';

/** AP and AP50 against training steps. */
export function learningFigure(groups: readonly Group[]): Html {
  const panel = (title: string, measure: 'ap' | 'ap50') => ({
    title,
    drawing: lines(
      groups.map(({ look, runs }) => ({
        look,
        points: overSeeds(
          runs.map(({ curve }) => curve.map((point) => ({ x: point.step, y: point[measure] }))),
        ),
      })),
      {
        label: `${title} of each strategy against training steps`,
        x: 'step',

        format: (v) => String(v),
      },
    ),
  });
  return figure({
    id: 'learning',
    title: 'What is learned, and how soon',
    aid: readingAid(groups),
    legend: groups.some(({ runs }) => runs.length > 1)
      ? 'Line: mean over seeds. Band: from the lowest seed to the highest. AP in per cent.'
      : 'One seed. AP in per cent.',
    panels: [panel('AP', 'ap'), panel('AP50', 'ap50')],
  });
}

function readingAid(groups: readonly Group[]): string {
  const curves = groups.flatMap(({ look, runs }) => {
    const points = overSeeds(runs.map(({ curve }) => curve.map(({ step, ap }) => ({ x: step, y: ap }))));
    const [first, last] = [points[0], points.at(-1)];
    return first && last ? [{ name: look.name, points, first, last }] : [];
  });
  const ends = curves.toSorted((a, b) => b.last.mean - a.last.mean);
  const [top, bottom] = [ends[0], ends.at(-1)];
  if (!top || !bottom) return 'No learning curve was recorded.';
  const climb = `${top.name} goes from an AP of ${fixed(top.first.mean)} at step ${top.first.x} to ${fixed(top.last.mean)} at step ${top.last.x}`;
  if (top === bottom) return `${climb}.`;
  const reached = top.points.find(({ mean }) => mean >= bottom.last.mean);
  const ap = extremes(groups, ({ summary }) => summary.ap.mean);
  if (!reached || ap?.most.value === ap?.least.value) return `${climb}; all end alike.`;
  const level = `${fixed(bottom.last.mean)} at which ${bottom.name} ends, the lowest`;
  return reached === top.first
    ? `${climb}; from the first evaluation it is above the ${level}.`
    : `${climb}; by step ${reached.x} it had reached the ${level}.`;
}
