import type { Markish } from '@observablehq/plot';
import { dodge } from './dodge.ts';
import { type Html, svg } from './html.ts';
import type { Look } from './looks.ts';
import { shorten } from './words.ts';

/** Least distance of two names, and how far to the right of the frame they stand. */
const GAP = 16;
const LEADER = 24;

/** Where a line ends. */
export interface End {
  readonly look: Look;
  readonly x: number;
  readonly y: number;
}

/** Marks the end of each line and names it in the right margin; names that would collide move apart, on leaders. */
export function endLabels(ends: readonly End[]): Markish {
  return (_index, scales, _values, { height, width, marginRight, marginTop, marginBottom }, { document }) => {
    const at = ends.map(({ x, y }) => ({ x: Number(scales.x?.(x)), y: Number(scales.y?.(y)) }));
    const names = dodge(
      at.map(({ y }) => y),
      GAP,
      marginTop - 8,
      height - marginBottom + 8,
    );
    const all = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    all.setAttribute('aria-label', 'names');
    all.innerHTML = svg`${ends.map(({ look }, end) =>
      label(look, at[end]?.x ?? 0, at[end]?.y ?? 0, width - marginRight + LEADER, names[end] ?? 0),
    )}`.markup;
    return all;
  };
}

function label(
  { color, mark, name, symbol }: Look,
  x: number,
  y: number,
  edge: number,
  height: number,
): Html {
  const bend = tenth((x + edge) / 2);
  const path = `M${tenth(x)} ${tenth(y)}C${bend} ${tenth(y)} ${bend} ${tenth(height)} ${tenth(edge - 4)} ${tenth(height)}`;
  const marker =
    symbol === 'square'
      ? svg`<rect x="${tenth(x - 3.5)}" y="${tenth(y - 3.5)}" width="7" height="7" fill="${color}"></rect>`
      : svg`<circle cx="${tenth(x)}" cy="${tenth(y)}" r="4" fill="${color}"></circle>`;
  return svg`<g class="${mark}"><path d="${path}" fill="none" stroke="${color}"></path>${marker}<text x="${tenth(edge)}" y="${tenth(height)}" dy="0.32em" text-anchor="start">${shorten(name)}</text></g>`;
}

function tenth(value: number): string {
  return value.toFixed(1);
}
