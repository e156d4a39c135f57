import { type Html, html } from './html.ts';
import { unbroken } from './words.ts';

/** A titled drawing: one of the panels of a figure. */
interface Panel {
  readonly title: string | Html;
  readonly drawing: Html;
}

/** One section of the report: a heading, a sentence that says what the data show, and the panels. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  /** The reading aid: what is to be seen, from the data. */
  readonly aid: string;
  /** How the marks are to be read. */
  readonly legend: string | Html;
  readonly panels: readonly Panel[];
  /** Pairs stand two abreast; a strip holds one small panel a strategy and scrolls sideways on a phone. */
  readonly layout?: 'pair' | 'strip';
}

/** Lays a figure out. */
export function figure({ id, title, aid, legend, panels, layout = 'pair' }: Figure): Html {
  return html` <section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <figure>
      <figcaption>
        <p class="aid">${unbroken(aid)}</p>
        <p class="legend">${legend}</p>
      </figcaption>
      <div
        class="${layout}"
        ${layout === 'strip' ? html` tabindex="0" role="group" aria-labelledby="${id}-title"` : undefined}
      >
        ${panels.map(
          ({ title, drawing }) =>
            html`<div class="panel">
              <h3>${title}</h3>
              ${drawing}
            </div>`,
        )}
      </div>
    </figure>
  </section>`;
}
