import * as Plot from '@observablehq/plot';
import { chart, textWidth } from './chart.ts';
import { type End, endLabels } from './end-labels.ts';
import type { Html } from './html.ts';
import { logFrame } from './log-frame.ts';
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
  readonly log?: boolean;
  readonly format: (value: number) => string;
}

/** Lines with a band of seeds, each named at its end. On a log axis a zero interrupts the line. */
export function lines(series: readonly Series[], axes: Axes): Html {
  const shown = series
    .map(({ look, points }) => ({ look, points: axes.log ? points.map(withoutZero) : points }))
    .filter(({ points }) => points.some(({ mean }) => Number.isFinite(mean)));
  const all = shown.flatMap(({ points }) => points).filter(({ mean }) => Number.isFinite(mean));
  const frame = axes.log ? logFrame(all.flatMap(({ mean, high }) => [mean, high])) : linearFrame(all);
  return chart(axes.label, {
    height: Math.max(300, shown.length * 17 + 60),
    marginLeft: 44,
    marginTop: 20,
    marginBottom: 44,
    marginRight: textWidth(shown.map(({ look }) => shorten(look.name))) + 28,
    x: { label: axes.x, labelAnchor: 'center', labelArrow: 'none', ticks: 5, insetLeft: 4 },
    y: { label: null, grid: true, type: axes.log ? 'log' : 'linear', tickFormat: axes.format, ...frame },
    marks: [
      ...shown.map(({ look, points }) => band(look, points, frame.domain[0])),
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
      endLabels(shown.flatMap(({ look, points }) => endOf(look, points))),
    ],
  });
}

function linearFrame(points: Series['points']) {
  const top = Math.max(0, ...points.map(({ high }) => high));
  return { domain: [0, top * 1.04 || 1] as const, ticks: 6 };
}

function withoutZero(point: Series['points'][number]): Series['points'][number] {
  return point.mean > 0 ? point : { x: point.x, mean: Number.NaN, low: Number.NaN, high: Number.NaN };
}

function endOf(look: Look, points: Series['points']): End[] {
  const last = points.findLast(({ mean }) => Number.isFinite(mean));
  return last ? [{ look, x: last.x, y: last.mean }] : [];
}

function band(look: Look, points: Series['points'], bottom: number): Plot.Markish {
  return Plot.areaY(points, {
    x: 'x',
    y1: ({ low }: Series['points'][number]) => Math.max(low, bottom),
    y2: 'high',
    fill: look.color,
    fillOpacity: 0.1,
    className: look.mark,
  });
}
