import type { Markish } from '@observablehq/plot';
import { dodge } from './dodge.ts';
import { type Html, html } from './html.ts';
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
    all.innerHTML = html`${ends.map(({ look }, end) =>
      label(look, at[end]?.x ?? 0, at[end]?.y ?? 0, width - marginRight + LEADER, names[end] ?? 0),
    )}`.markup;
    return all;
  };
}

function label(look: Look, x: number, y: number, edge: number, height: number): Html {
  const [x1, y1, x2, y2] = [x, y, edge, height].map((value) => value.toFixed(1)) as [
    string,
    string,
    string,
    string,
  ];
  const marker =
    look.symbol === 'square'
      ? html`<rect
          x="${(x - 3.5).toFixed(1)}"
          y="${(y - 3.5).toFixed(1)}"
          width="7"
          height="7"
          fill="${look.color}"
        />`
      : html`<circle cx="${x1}" cy="${y1}" r="4" fill="${look.color}" />`;
  const bend = ((x + edge) / 2).toFixed(1);
  return html`<g class="${look.mark}"
    ><path
      d="M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${(edge - 4).toFixed(1)} ${y2}"
      fill="none"
      stroke="${look.color}"
    />${marker}<text x="${x2}" y="${y2}" dy="0.32em" text-anchor="start">${shorten(look.name)}</text></g
  >`;
}
