import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml, type Html, raw } from './html.ts';

const { document } = parseHTML('<!doctype html><html></html>');

/** Width of a panel, in the units of its drawing: two stand side by side on a screen, one fills a phone. */
export const PANEL = 460;

/** Room for the longest of some texts, in a wide font: where a page is read its letters are not known. */
export function textWidth(texts: readonly string[]): number {
  return Math.max(4, ...texts.map((text) => text.length)) * 7.6;
}

/** Draws one panel as inline SVG that scales with its box; `label` says in a sentence what is to be seen. */
export function chart(label: string, options: Plot.PlotOptions): Html {
  const svg = Plot.plot({
    document,
    width: PANEL,
    className: 'plot',
    style: { fontSize: '13px', background: 'none' },
    ...options,
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  // The page's style sheet says the same once for all; a copy in each drawing would leak to the others anyway.
  svg.querySelector('style')?.remove();
  // Written here because linkedom leaves some characters of attributes unescaped.
  const named = `<svg role="img" aria-label="${escapeHtml(label)}"`;
  return raw(named + svg.outerHTML.slice('<svg'.length));
}
