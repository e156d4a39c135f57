import * as Plot from '@observablehq/plot';
import { chart } from '../chart.ts';
import { figure } from '../figure.ts';
import type { Group } from '../groups.ts';
import type { Html } from '../html.ts';
import { nameAxis, rowOptions } from '../name-axis.ts';
import { average, interval } from '../spread.ts';
import { counted, list, plusMinus } from '../words.ts';

type Measure = 'ap' | 'ap50';

/** Every run as a dot, with the mean of each strategy and the interval it lies in. */
export function intervalsFigure(groups: readonly Group[]): Html {
  return figure({
    id: 'intervals',
    title: 'AP by strategy',
    aid: readingAid(groups),
    legend: groups.some(({ runs }) => runs.length > 1)
      ? 'Open dot: one seed. Filled: mean. Bar: 95 % interval of the mean, cut where it leaves the frame. The axes span the data.'
      : 'Dot: the one seed of each strategy. The axes span the data.',
    panels: [
      { title: 'AP', drawing: panel(groups, 'ap', 'AP') },
      { title: 'AP50', drawing: panel(groups, 'ap50', 'AP50') },
    ],
  });
}

function panel(groups: readonly Group[], measure: Measure, title: string): Html {
  const shown = groups.map(({ look, summary, runs }) => {
    const values = runs.map((run) => run[measure]);
    return { look, spread: summary[measure], values, mean: average(values), interval: interval(values) };
  });
  const domain = frame(shown.flatMap(({ values }) => values));
  return chart(`${title} of each strategy: mean, seeds and interval`, {
    ...rowOptions(groups),
    marginRight: 82,
    x: { domain, inset: 8, label: title, labelAnchor: 'center', labelArrow: 'none', grid: true, ticks: 5 },
    marks: [
      ...nameAxis(groups),
      ...shown.flatMap(({ look, spread, values, mean, interval }) => {
        const row = { y: () => look.name, stroke: look.color, className: look.mark };
        return [
          interval &&
            Plot.link([interval], {
              ...row,
              y1: row.y,
              y2: row.y,
              x1: '0',
              x2: '1',
              strokeWidth: 5,
              strokeOpacity: 0.3,
              clip: true,
            }),
          Plot.dot(values, { ...row, x: (value: number) => value, r: 3.5, symbol: look.symbol }),
          Plot.dot([mean], {
            ...row,
            x: (value: number) => value,
            r: 5,
            symbol: look.symbol,
            fill: look.color,
          }),
          Plot.text([spread], {
            y: row.y,
            className: look.mark,
            text: plusMinus,
            frameAnchor: 'right',
            textAnchor: 'start',
            dx: 8,
          }),
        ];
      }),
    ],
  });
}

/** A frame for all the dots; an interval of two seeds may be so wide that it would squeeze them together. */
function frame(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(100, ...values), Math.max(0, ...values)];
  const margin = Math.max(1, (high - low) * 0.18);
  return [Math.max(0, low - margin), Math.max(1, Math.min(100, high + margin))];
}

function readingAid(groups: readonly Group[]): string {
  const [best, ...others] = groups;
  if (!best) return 'Nothing was compared.';
  const leads = `${best.look.name} has the highest AP, ${plusMinus(best.summary.ap)}`;
  if (others.length === 0) return `${leads.replace('has the highest AP,', 'reaches an AP of')}.`;
  if (best.summary.ap.n < 2)
    return `${leads}; with one seed a strategy no difference can be told from noise.`;
  const within = others
    .filter(({ summary }) => summary.verdict === 'within noise')
    .map(({ look }) => look.name);
  const worse = others.filter(({ summary }) => summary.verdict === 'worse').length;
  const close =
    within.length === 0
      ? 'no other is within noise of it'
      : `${list(within)} ${within.length === 1 ? 'is' : 'are'} within noise of it`;
  return `${leads}, over ${counted(best.summary.ap.n, 'seed')}: ${close}, and ${worse} of ${counted(others.length, 'other')} ${worse === 1 ? 'is' : 'are'} worse by more than noise.`;
}
