import type { Machine } from '../command/machine.ts';
import { type Html, html } from './html.ts';
import { counted } from './words.ts';

/** A fact of the fine print: its name, and what it is. */
export type Fact = readonly [name: string, value: string];

/** What a colophon says. */
export interface ColophonParts {
  /** What a reader must know of this run, before the facts. */
  readonly notes?: readonly string[];
  readonly facts: readonly Fact[];
  readonly command: string;
  /** Below the command. */
  readonly more?: Html | undefined;
}

/** The fine print at the end: notes, facts, and the command that does it again. */
export function colophon({ notes = [], facts, command, more }: ColophonParts): Html {
  return html` <section id="how" aria-labelledby="how-title">
    <h2 id="how-title">How it was done</h2>
    ${
      notes.length > 0
        ? html`<ul class="notes">
            ${notes.map((note) => html`<li>${note}</li>`)}
          </ul>`
        : undefined
    }
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <h3>The command</h3>
    <pre tabindex="0"><code>${command}</code></pre>
    ${more}
  </section>`;
}

/** What every run says of itself. */
export interface Run {
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly date: string;
}

/** The machine, the versions and the date. */
export function factsOfRun({ machine, versions, date }: Run): Fact[] {
  return [
    [
      'Machine',
      `${machine.cpu}, ${counted(machine.cores, 'core')}, ${machine.memoryGiB} GiB, ${machine.platform}`,
    ],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['Date', date],
  ];
}
