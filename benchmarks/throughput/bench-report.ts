import { colophon, factsOfRun } from '../report/colophon.ts';
import { figure } from '../report/figure.ts';
import { figuresTable } from '../report/figures-table.ts';
import { groupBy } from '../report/group-by.ts';
import { html, type Html } from '../report/html.ts';
import { logLog } from '../report/log-log.ts';
import { type Look, looksOf } from '../report/looks.ts';
import { page } from '../report/page.ts';
import { count, counted, milliseconds } from '../report/words.ts';
import { cellsOf, share, times, TITLES, WORDS } from './bench-table.ts';
import { type BenchResult, isMeasured, type Measured, type Row, type Source } from './row.ts';

type Point = Row & Measured;

const INPUTS: Readonly<Record<Source, string>> = {
  pool: 'logits, boxes and labels of a real detector at a stage of its training, resampled to size',
  synthetic: "logits, boxes and labels made up with the statistics of a real detector's, resampled to size",
  uniform: 'uniformly random: a worst case that no detector gives',
};

/** One panel: rows that differ in work and anchors only. */
interface Panel {
  readonly title: string;
  readonly points: readonly Point[];
}

/** The benchmark as one HTML page that loads nothing. */
export function benchReport(result: BenchResult): string {
  const { meta, rows } = result;
  const strategies = rows.filter(({ kind }) => kind === 'strategy');
  const operations = rows.filter(({ kind }) => kind === 'operation');
  return page({
    title: 'Throughput of sampling strategies',
    main: html`<header>
        <p class="kicker">Equipoise · throughput</p>
        <h1>What strategies cost, by the number of anchors</h1>
        <p>
          Each strategy under its criterion, forward and backward, in a process of its own; medians after
          warm-up. ${meta.quick ? 'Quick: few samples, figures not to be quoted.' : undefined}
        </p>
      </header>
      ${figures(strategies, 'strategies', 'Strategies')} ${ratios(strategies, 'strategies', 'Strategies')}
      ${figures(operations, 'operations', 'Operations')} ${ratios(operations, 'operations', 'Operations')}
      ${figuresTable({
        id: 'table',
        title: 'All figures',
        caption:
          "Medians, their spread (median absolute deviation), bytes needed, the share of a copy's bandwidth, and the most bytes of tensors",
        titles: TITLES,
        rows: rows.map(cellsOf),
        words: WORDS,
      })}
      ${colophon({
        facts: [
          ['Inputs', INPUTS[meta.inputs]],
          ['Backends', Object.values(meta.backends).join('; ')],
          ...factsOfRun(meta),
        ],
        command: meta.command,
      })}`,
  });
}

function figures(rows: readonly Row[], id: string, title: string): Html {
  const panels = panelsOf(rows.filter(isMeasured));
  if (panels.length === 0) return html``;
  const drawn = (value: (point: Point) => number, label: string, format: (value: number) => string) =>
    panels.map(({ title, points }) => ({ title, drawing: drawing(points, value, label, format) }));
  return html`${figure({
    id: `${id}-rate`,
    title: `${title}: anchors a second`,
    aid: 'A flat line: time grows as the anchors do. A rising one: fixed costs still weigh.',
    legend: 'Both axes logarithmic; higher is faster. Dashed: composed of tfjs ops.',
    panels: drawn(({ anchorsPerSecond }) => anchorsPerSecond, 'Anchors a second', count),
  })}
  ${figure({
    id: `${id}-time`,
    title: `${title}: time a step`,
    aid: 'Medians in milliseconds; the table has the spread.',
    legend: 'Both axes logarithmic; lower is faster.',
    panels: drawn(({ medianMs }) => medianMs, 'Milliseconds a step', milliseconds),
  })}
  ${figure({
    id: `${id}-copy`,
    title: `${title}: share of a copy's bandwidth`,
    aid: 'Inputs read once and gradients written once, a second, against a copy in the same process.',
    legend: 'Both axes logarithmic; 100 % is what memory allows.',
    panels: drawn(({ copyShare }) => copyShare, "Share of a copy's bandwidth", share),
  })}
  ${figure({
    id: `${id}-roofline`,
    title: `${title}: roofline`,
    aid: 'Bytes that must move a second, by how many there are. The line is the bandwidth of a copy: memory allows no more, unless all fits a cache.',
    legend: 'Both axes logarithmic; nearer the line is better. Dashed: composed of tfjs ops.',
    panels: panels.map(({ title, points }) => ({ title, drawing: roofline(points) })),
  })}`;
}

/** How much faster an implementation is than tfjs ops alone. */
function ratios(rows: readonly Row[], id: string, title: string): Html {
  const compared = rows
    .filter(isMeasured)
    .filter(
      ({ implementation, ratioToComposed }) => implementation !== 'composed' && ratioToComposed !== null,
    );
  if (compared.length === 0) return html``;
  return figure({
    id: `${id}-ratio`,
    title: `${title}: times as fast as composed`,
    aid: 'The time of the same law in tfjs ops alone, over the time of this implementation.',
    legend: 'Both axes logarithmic; 1 is no gain.',
    panels: panelsOf(compared).map(({ title, points }) => ({
      title,
      drawing: drawing(
        points,
        ({ ratioToComposed }) => ratioToComposed ?? 1,
        'Times as fast as composed',
        times,
      ),
    })),
  });
}

function panelsOf(points: readonly Point[]): Panel[] {
  const panels = groupBy(
    points,
    ({ backend, classes, stage, source }) =>
      `${backend}, ${counted(classes, 'class', 'classes')}, ${source === 'uniform' ? 'uniform' : stage}`,
  );
  return [...panels].map(([title, points]) => ({ title, points }));
}

function drawing(
  points: readonly Point[],
  value: (point: Point) => number,
  label: string,
  format: (value: number) => string,
): Html {
  return lines(points, {
    x: { value: ({ anchors }) => anchors, label: 'anchors', format: count },
    y: { value, label, format },
  });
}

function roofline(points: readonly Point[]): Html {
  const copy = Math.max(...points.map(({ copyBytesPerSecond }) => copyBytesPerSecond));
  return lines(points, {
    x: { value: ({ bytesRequired }) => bytesRequired, label: 'bytes that must move', format: count },
    y: {
      value: ({ bytesRequired, medianMs }) => bytesRequired / (medianMs / 1e3),
      label: 'Bytes a second',
      format: count,
    },
    roof: copy,
  });
}

interface Axis {
  readonly value: (point: Point) => number;
  readonly label: string;
  readonly format: (value: number) => string;
}

interface Lines {
  readonly x: Axis;
  readonly y: Axis;
  readonly roof?: number;
}

/** A line a work and implementation. */
function lines(points: readonly Point[], { x, y, ...roof }: Lines): Html {
  const series = groupBy(points, nameOf);
  const looks = looksOf([...series].map(([strategy, [point]]) => ({ strategy, kind: kindOf(point!) })));
  return logLog({
    x,
    y,
    ...roof,
    lines: [...series].map(([name, points]) => ({
      look: looks.get(name) as Look,
      points: points.map((point) => ({ x: x.value(point), y: y.value(point) })).toSorted((a, b) => a.x - b.x),
    })),
  });
}

function nameOf({ work, implementation }: Point): string {
  return implementation === 'default' ? work : `${work} ${implementation}`;
}

/** Composed operations are dashed. */
function kindOf({ implementation }: Point): Look['kind'] {
  return implementation === 'composed' ? 'soft' : 'hard';
}
