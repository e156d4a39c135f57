import * as Plot from '@observablehq/plot';
import { chart, textWidth } from './chart.ts';
import { endLabels } from './end-labels.ts';
import type { Html } from './html.ts';
import { logFrame } from './log-frame.ts';
import type { Look } from './looks.ts';
import { list, shorten } from './words.ts';

/** A line, from the smallest x to the largest. */
interface Line {
  readonly look: Look;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

interface Axis {
  readonly label: string;
  readonly format: (value: number) => string;
}

/** What a drawing shows. */
export interface LogLog {
  readonly lines: readonly Line[];
  readonly x: Axis;
  readonly y: Axis;
  /** A value of y that nothing can exceed. */
  readonly roof?: number;
}

/** Lines on two logarithmic axes, each named at its end. */
export function logLog({ lines, x, y, roof }: LogLog): Html {
  const names = lines.map(({ look }) => look.name);
  const all = lines.flatMap(({ points }) => points);
  const roofs = roof === undefined ? [] : [roof];
  return chart(`${y.label} against ${x.label}: ${list(names)}`, {
    height: Math.max(300, lines.length * 17 + 60),
    marginLeft: 54,
    marginTop: 20,
    marginBottom: 44,
    marginRight: textWidth(names.map((name) => shorten(name))) + 28,
    x: {
      type: 'log',
      ...logFrame(all.map(({ x }) => x)),
      label: x.label,
      labelAnchor: 'center',
      labelArrow: 'none',
      tickFormat: x.format,
    },
    y: {
      type: 'log',
      label: null,
      grid: true,
      tickFormat: y.format,
      ...logFrame([...all.map(({ y }) => y), ...roofs]),
    },
    marks: [
      Plot.ruleY(roofs, { stroke: 'currentColor', strokeWidth: 1.5 }),
      ...lines.map(({ look, points }) =>
        Plot.line(points, {
          x: 'x',
          y: 'y',
          stroke: look.color,
          strokeWidth: 2,
          strokeDasharray: look.dash,
          marker: 'dot',
          className: look.mark,
        }),
      ),
      endLabels(lines.map(({ look, points }) => Object.assign({ look }, points.at(-1)!))),
    ],
  });
}
