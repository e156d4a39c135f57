import type { Group } from './groups.ts';
import { type Html, html } from './html.ts';
import { key } from './looks.ts';

/** The key to all figures, in sight while one scrolls; with JavaScript a press picks a strategy out everywhere. */
export function legend(groups: readonly Group[]): Html {
  return html` <nav class="strategies" aria-label="Strategies" tabindex="0">
    <span class="kinds">■ solid: hard · ● dashed: soft</span>
    ${groups.map(({ look }) => html`<button type="button" aria-pressed="false" data-mark="${look.mark.split(' ')[1]}" title="${look.kind}: show it alone">${key(look)} ${look.name}</button>`)}
  </nav>`;
}
