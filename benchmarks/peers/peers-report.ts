import { readFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { chart, textWidth } from '../report/chart.ts';
import { figure } from '../report/figure.ts';
import { html, raw, type Html } from '../report/html.ts';
import { logFrame } from '../report/log-frame.ts';
import { count, counted, milliseconds } from '../report/words.ts';
import { cellsOfRow, cellsOfTarget, ROW_TITLES, TARGET_TITLES, WORDS } from './peers-table.ts';
import { isTimed, type PeerRow, type PeersResult, type Timed } from './row.ts';

type Point = PeerRow & Timed;

/** The run as one HTML page that loads nothing. */
export function peersReport({ meta, targets, rows }: PeersResult): string {
  const style = readFileSync(new URL('../report/page/style.css', import.meta.url), 'utf8');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Equipoise beside its peers</title>
        <link rel="icon" href="data:," />
        ${raw(`<style>\n${style}</style>`)}
      </head>
      <body>
        <main>
          <header>
            <p class="kicker">Equipoise · peers</p>
            <h1>The same work on the same inputs</h1>
            <p>
              All implementations take turns in one run, pinned to the same cores; medians after warm-up.
              ${meta.quick ? 'Quick: few samples, figures not to be quoted.' : undefined}
            </p>
          </header>
          ${section('targets', 'Targets', TARGET_TITLES, targets.map(cellsOfTarget))} ${dots(rows)}
          ${section('table', 'All figures', ROW_TITLES, rows.map(cellsOfRow))} ${colophon(meta)}
        </main>
      </body>
    </html> `.markup;
}

/** A panel a work: a dot an implementation, the median with its spread. */
function dots(rows: readonly PeerRow[]): Html {
  const panels = new Map<string, Point[]>();
  for (const row of rows.filter(isTimed)) {
    const title = `${row.work}, ${count(row.anchors)} × ${row.classes}, ${counted(row.threads, 'thread')}`;
    panels.set(title, [...(panels.get(title) ?? []), row]);
  }
  if (panels.size === 0) return html``;
  return figure({
    id: 'dots',
    title: 'Milliseconds a call',
    aid: 'A dot an implementation, from the fastest to the slowest; the bar is the median absolute deviation.',
    legend:
      'Logarithmic; further left is faster. Filled: Equipoise. Hollow: the others. A cross computes something else.',
    panels: [...panels].map(([title, points]) => ({ title, drawing: drawing(title, points) })),
  });
}

function drawing(title: string, unsorted: readonly Point[]): Html {
  const points = unsorted.toSorted((a, b) => a.medianMs - b.medianMs);
  const names = points.map(({ implementation }) => implementation);
  const isOurs = ({ implementation }: Point): boolean => implementation.startsWith('equipoise');
  const low = ({ medianMs, spreadMs }: Point): number => Math.max(medianMs - spreadMs, medianMs / 10);
  return chart(`Milliseconds a call, ${title}: ${names.join(', ')}`, {
    height: 22 * names.length + 60,
    marginLeft: textWidth(names) + 8,
    marginRight: 50,
    marginBottom: 40,
    x: {
      type: 'log',
      ...logFrame(points.map(({ medianMs }) => medianMs)),
      label: 'ms',
      labelAnchor: 'center',
      labelArrow: 'none',
      tickFormat: milliseconds,
      grid: true,
    },
    y: { domain: names, label: null },
    marks: [
      Plot.ruleY(points, {
        x1: low,
        x2: ({ medianMs, spreadMs }: Point) => medianMs + spreadMs,
        y: 'implementation',
        stroke: 'var(--c0)',
        strokeWidth: 2,
      }),
      Plot.dot(points, {
        x: 'medianMs',
        y: 'implementation',
        r: 4.5,
        symbol: ({ differs }: Point) => (differs === null ? 'circle' : 'times'),
        fill: (point: Point) => (isOurs(point) ? 'var(--c0)' : 'var(--ground)'),
        stroke: 'var(--c0)',
        strokeWidth: 1.5,
      }),
      Plot.text(points, {
        x: ({ medianMs, spreadMs }: Point) => medianMs + spreadMs,
        y: 'implementation',
        text: ({ medianMs }: Point) => milliseconds(medianMs),
        dx: 9,
        textAnchor: 'start',
        fill: 'currentColor',
      }),
    ],
  });
}

function section(
  id: string,
  title: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): Html {
  if (rows.length === 0) return html``;
  return html` <section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="${id}-title">
      <table>
        <thead>
          <tr>
            ${titles.map((name, at) => html`<th scope="col" class="${align(at)}">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map((cells) => line(cells, titles.length))}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** A short row ends in a sentence. */
function line(cells: readonly string[], columns: number): Html {
  const rest = columns - cells.length + 1;
  return html`<tr>
    ${cells.map((cell, at) =>
      at === cells.length - 1 && rest > 1
        ? html`<td class="left" colspan="${rest}">${cell}</td>`
        : html`<td class="${align(at)}">${cell}</td>`,
    )}
  </tr>`;
}

function align(at: number): 'left' | 'right' {
  return at < WORDS ? 'left' : 'right';
}

function colophon({ machine, inputs, versions, date, command }: PeersResult['meta']): Html {
  const facts = [
    [
      'Machine',
      `${machine.cpu}, ${counted(machine.cores, 'core')}, ${machine.memoryGiB} GiB, ${machine.platform}`,
    ],
    ['Inputs', inputs === 'pool' ? 'of a real detector after 100 steps, resampled to size' : 'synthetic'],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['Date', date],
  ];
  return html` <section id="how" aria-labelledby="how-title">
    <h2 id="how-title">How it was done</h2>
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
  </section>`;
}
