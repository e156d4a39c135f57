import { type Html, html } from './html.ts';

/** A table of words and figures. */
export interface FiguresTable {
  readonly id: string;
  readonly title: string;
  readonly caption?: string;
  readonly titles: readonly string[];
  /** A row with fewer cells than titles ends in a sentence. */
  readonly rows: readonly (readonly string[])[];
  /** How many of the first columns are words; the others are figures. */
  readonly words: number;
}

/** The table as a section of a report; nothing without rows. */
export function figuresTable({ id, title, caption, titles, rows, words }: FiguresTable): Html {
  if (rows.length === 0) return html``;
  const align = (at: number): string => (at < words ? 'left' : 'right');
  const row = (cells: readonly string[]): Html => {
    const rest = titles.length - cells.length + 1;
    return html`<tr>
      ${cells.map((cell, at) =>
        at === cells.length - 1 && rest > 1
          ? html`<td class="left" colspan="${rest}">${cell}</td>`
          : html`<td class="${align(at)}">${cell}</td>`,
      )}
    </tr>`;
  };
  return html` <section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="${id}-title">
      <table>
        ${
          caption === undefined
            ? undefined
            : html`<caption>
                ${caption}
              </caption>`
        }
        <thead>
          <tr>
            ${titles.map((name, at) => html`<th scope="col" class="${align(at)}">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(row)}
        </tbody>
      </table>
    </div>
  </section>`;
}
