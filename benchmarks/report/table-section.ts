import { columns, rows } from './columns.ts';
import type { Group } from './groups.ts';
import { type Html, html } from './html.ts';
import { key } from './looks.ts';

/** The comparison as a table of the report. */
export function tableSection(groups: readonly Group[]): Html {
  const body = rows(groups.map(({ summary }) => summary));
  return html` <section id="table" aria-labelledby="table-title">
    <h2 id="table-title">Results</h2>
    <p class="legend">
      AP in per cent, mean ± standard deviation over seeds. Positives and negatives: samples with weight, mean
      a step. Own: the strategy with its losses.
    </p>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="table-title">
      <table>
        <caption>
          The strategies, the highest mean AP first
        </caption>
        <thead>
          <tr>
            ${columns.map(({ title, meaning, align }) => html`<th scope="col" class="${align}" title="${meaning}">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${groups.map((group, at) => row(group, body[at] ?? []))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function row({ look, summary }: Group, cells: readonly string[]): Html {
  return html` <tr class="${look.mark} ${summary.verdict === 'best' ? 'best' : ''}">
    ${columns.map(({ title, align }, at) =>
      title === 'strategy'
        ? html`<th scope="row" class="${align}">${key(look)} ${look.name}</th>`
        : html`<td class="${align}">${cells[at] ?? ''}</td>`,
    )}
  </tr>`;
}
