import * as Plot from '@observablehq/plot';
import { textWidth } from './chart.ts';
import type { Group } from './groups.ts';
import { shorten } from './words.ts';

/** Height of a strategy's row. */
const ROW = 28;

/** Options of a panel with one row a strategy, the best on top, its name and marker in the left margin. */
export function rowOptions(groups: readonly Group[]): Plot.PlotOptions {
  return {
    height: groups.length * ROW + 62,
    marginLeft: textWidth(groups.map(({ look }) => shorten(look.name))) + 24,
    marginTop: 10,
    marginBottom: 44,
    y: { axis: null, domain: groups.map(({ look }) => look.name), type: 'band', padding: 0.35 },
  };
}

/** The names and markers themselves. */
export function nameAxis(groups: readonly Group[]): Plot.Markish[] {
  return groups.flatMap(({ look }) => [
    Plot.dot([look], {
      y: 'name',
      frameAnchor: 'left',
      dx: -12,
      r: 4,
      symbol: look.symbol,
      fill: look.color,
      className: look.mark,
    }),
    Plot.text([look], {
      y: 'name',
      text: ({ name }: typeof look) => shorten(name),
      frameAnchor: 'left',
      textAnchor: 'end',
      dx: -22,
      className: look.mark,
    }),
  ]);
}
