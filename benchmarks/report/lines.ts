import * as Plot from '@observablehq/plot';
import { chart, PANEL } from './chart.ts';
import { endLabels } from './end-labels.ts';
import type { Html } from './html.ts';
import type { Look } from './looks.ts';
import { shorten } from './words.ts';

/** One line: means with the range of the seeds about them. */
export interface Series {
  readonly look: Look;
  readonly points: readonly {
    readonly x: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** What the axes say. */
export interface Axes {
  readonly label: string;
  readonly x: string;
  readonly y: string;
  readonly log?: boolean;
  readonly format: (value: number) => string;
}

/** Lines with a band of seeds, each named at its end. On a log axis a zero interrupts the line. */
export function lines(series: readonly Series[], axes: Axes): Html {
  const shown = series
    .map(({ look, points }) => ({ look, points: axes.log ? points.filter(({ mean }) => mean > 0) : points }))
    .filter(({ points }) => points.length > 0);
  const longest = Math.max(4, ...shown.map(({ look }) => shorten(look.name).length));
  const all = shown.flatMap(({ points }) => points);
  const top = Math.max(axes.log ? 1 : 0, ...all.map(({ high }) => high));
  const bottom = axes.log ? Math.min(top, ...all.map(({ mean }) => mean)) / 1.5 : 0;
  return chart(axes.label, {
    height: Math.max(300, shown.length * 17 + 60),
    marginLeft: 44,
    marginTop: 26,
    marginBottom: 40,
    marginRight: Math.min(PANEL / 2.4, longest * 6.7 + 26),
    x: { label: axes.x, labelAnchor: 'center', labelArrow: 'none', ticks: 5, insetLeft: 4 },
    y: {
      label: axes.y,
      labelArrow: 'none',
      grid: true,
      type: axes.log ? 'log' : 'linear',
      domain: [bottom, axes.log ? top * 1.5 : top * 1.04 || 1],
      ticks: axes.log ? 4 : 6,
      tickFormat: axes.format,
    },
    marks: [
      ...shown.map(({ look, points }) => band(look, points, bottom)),
      ...shown.map(({ look, points }) =>
        Plot.line(points, {
          x: 'x',
          y: 'mean',
          stroke: look.color,
          strokeWidth: 2,
          strokeDasharray: look.dash,
          className: look.mark,
        }),
      ),
      endLabels(
        shown.map(({ look, points }) => ({ look, x: points.at(-1)?.x ?? 0, y: points.at(-1)?.mean ?? 0 })),
      ),
    ],
  });
}

function band(look: Look, points: Series['points'], bottom: number): Plot.Markish {
  return Plot.areaY(points, {
    x: 'x',
    y1: ({ low }: Series['points'][number]) => Math.max(low, bottom),
    y2: 'high',
    fill: look.color,
    fillOpacity: 0.12,
    className: look.mark,
  });
}
