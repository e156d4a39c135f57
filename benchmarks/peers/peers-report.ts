import * as Plot from '@observablehq/plot';
import { chart, PANEL, textWidth } from '../report/chart.ts';
import { colophon, factsOfRun } from '../report/colophon.ts';
import { figure } from '../report/figure.ts';
import { figuresTable } from '../report/figures-table.ts';
import { groupBy } from '../report/group-by.ts';
import { html, type Html } from '../report/html.ts';
import { logFrame } from '../report/log-frame.ts';
import { logLog } from '../report/log-log.ts';
import { looksOf } from '../report/looks.ts';
import { page } from '../report/page.ts';
import { count, counted, milliseconds } from '../report/words.ts';
import { perAnchor } from './growth.ts';
import { cellsOfRow, cellsOfTarget, ROW_TITLES, TARGET_TITLES, WORDS } from './peers-table.ts';
import { isTimed, type PeerRow, type PeersResult, type Timed } from './row.ts';

type Point = PeerRow & Timed;

/** Room for the figures beside the dots, and for the label of a tick. */
const MARGIN_RIGHT = 50;
const TICK = 40;

/** The run as one HTML page that loads nothing. */
export function peersReport({ meta, targets, scaling, rows }: PeersResult): string {
  const timed = rows.filter(isTimed);
  return page({
    title: 'Equipoise beside its peers',
    main: html`<header>
        <p class="kicker">Equipoise · peers</p>
        <h1>The same work on the same inputs</h1>
        <p>
          All implementations take turns in one run, pinned to the same cores; medians after warm-up.
          ${meta.quick ? 'Quick: few samples, figures not to be quoted.' : undefined}
        </p>
      </header>
      ${figuresTable({
        id: 'targets',
        title: 'Targets',
        titles: TARGET_TITLES,
        rows: targets.map(cellsOfTarget),
        words: WORDS,
      })}
      ${dots(timed.filter(({ work }) => !scaling.includes(work)))}
      ${growth(timed.filter(({ work }) => scaling.includes(work)))}
      ${figuresTable({
        id: 'table',
        title: 'All figures',
        titles: ROW_TITLES,
        rows: rows.map(cellsOfRow),
        words: WORDS,
      })}
      ${colophon({
        facts: [
          [
            'Inputs',
            meta.inputs === 'pool' ? 'of a real detector after 100 steps, resampled to size' : 'synthetic',
          ],
          ...factsOfRun(meta),
        ],
        command: meta.command,
      })}`,
  });
}

/** A panel a work: a line an implementation. */
function growth(rows: readonly Point[]): Html {
  const panels = groupBy(rows, ({ work, threads }) => `${work}, ${counted(threads, 'thread')}`);
  if (panels.size === 0) return html``;
  return figure({
    id: 'growth',
    title: 'Nanoseconds an anchor',
    aid: 'A line that is flat or falls: an anchor among many takes no longer than among few. What sorts rises by the logarithm.',
    legend: 'Both axes logarithmic; lower is faster. Dashed: without kernels.',
    panels: [...panels].map(([title, points]) => ({ title, drawing: growthLines(points) })),
  });
}

function growthLines(points: readonly Point[]): Html {
  const series = groupBy(points, ({ implementation }) => implementation);
  const looks = looksOf(
    [...series.keys()].map((strategy) => ({
      strategy,
      kind: strategy.startsWith('equipoise host') ? 'soft' : 'hard',
    })),
  );
  return logLog({
    x: { label: 'anchors', format: count },
    y: { label: 'Nanoseconds an anchor', format: count },
    lines: [...series].map(([name, points]) => ({
      look: looks.get(name)!,
      points: points
        .map((point) => ({ x: point.anchors, y: perAnchor(point) }))
        .toSorted((a, b) => a.x - b.x),
    })),
  });
}

/** A panel a work: a dot an implementation, the median with its spread. */
function dots(rows: readonly Point[]): Html {
  const panels = groupBy(
    rows,
    ({ work, anchors, classes, threads }) =>
      `${work}, ${count(anchors)} × ${classes}, ${counted(threads, 'thread')}`,
  );
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
  const marginLeft = textWidth(names) + 8;
  const isOurs = ({ implementation }: Point): boolean => implementation.startsWith('equipoise');
  const low = ({ medianMs, spreadMs }: Point): number => Math.max(medianMs - spreadMs, medianMs / 10);
  return chart(`Milliseconds a call, ${title}: ${names.join(', ')}`, {
    height: 22 * names.length + 60,
    marginLeft,
    marginRight: MARGIN_RIGHT,
    marginBottom: 40,
    x: {
      type: 'log',
      ...logFrame(
        points.map(({ medianMs }) => medianMs),
        TICK / (PANEL - marginLeft - MARGIN_RIGHT),
      ),
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
