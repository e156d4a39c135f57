// npm run bench: how long each strategy takes, forward and backward, on inputs of every size; writes bench.json and report.html.
import path from 'node:path';
import { EquipoiseError } from '@equipoise/core';
import { Listr } from 'listr2';
import { useBackend, type BackendName } from '../backends/index.ts';
import { count, duration, milliseconds } from '../report/words.ts';
import { guestsOf, strategyOf } from '../training/roster.ts';
import { onInterrupt } from '../command/interrupt.ts';
import { thisMachine } from '../command/machine.ts';
import { refuse, UsageError } from '../command/usage.ts';
import { checkWritable, OutputError, writeWhole } from '../training/store.ts';
import { benchReport } from './bench-report.ts';
import { benchTable } from './bench-table.ts';
import { factsOf } from './facts.ts';
import { type BenchResult, type Case, isMeasured, type Row } from './row.ts';
import { RowStore } from './row-store.ts';
import { runCase, stopCase } from './run-case.ts';
import { settingsOf, type Settings } from './settings.ts';
import { TimeLeft } from './time-left.ts';

async function bench(settings: Settings): Promise<void> {
  const guests = await guestsOf(settings.with).catch(refuse);
  const strategies = settings.named ? settings.strategies : [...settings.strategies, ...guests.keys()];
  try {
    for (const word of strategies)
      for (const classes of settings.classes) strategyOf(word, guests, factsOf(classes));
  } catch (error) {
    refuse(error);
  }
  const { names, details, versions } = await backendsOf(settings).catch(refuse);
  checkWritable(settings.out);
  const machine = thisMachine();
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${Object.values(details).join('; ')}; inputs: ${settings.source}`,
  );
  const rows = await measureAll(
    casesOf(settings, strategies, names),
    new RowStore(settings.out, settings.with),
  );
  const result: BenchResult = {
    meta: {
      command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim(),
      date: new Date().toISOString(),
      quick: settings.quick,
      inputs: settings.source,
      backends: details,
      versions,
      machine,
    },
    rows,
  };
  const json = path.join(settings.out, 'bench.json');
  const report = path.join(settings.out, 'report.html');
  writeWhole(json, `${JSON.stringify(result, null, 1)}\n`);
  writeWhole(report, benchReport(result));
  console.log(`\n${benchTable(rows)}\n\n${json}\n${report}`);
  if (!rows.some(isMeasured)) throw new Error('nothing could be measured; the table says why');
}

/** Starts each backend once, to know that it is there and what it is. */
async function backendsOf({ backends, threads, kernels }: Settings) {
  const names = new Set<BackendName>();
  const details: Record<string, string> = {};
  const versions: Record<string, string> = {};
  for (const word of backends) {
    const backend = await useBackend(
      word as BackendName | 'auto',
      // Fused kernels have threads of their own.
      threads === undefined || (kernels.includes('fused') && word !== 'tensorflow') ? {} : { threads },
    );
    names.add(backend.name);
    details[backend.name] = backend.detail;
    Object.assign(versions, backend.versions);
    await backend.close();
  }
  return { names: [...names], details, versions };
}

/** Small ones first, so that much is known early. */
function casesOf(
  settings: Settings,
  strategies: readonly string[],
  backends: readonly BackendName[],
): Case[] {
  const { source, quick, threads } = settings;
  const works = [
    ...strategies.flatMap((work) =>
      settings.kernels.map((kernels) => ({ kind: 'strategy' as const, work, kernels })),
    ),
    ...settings.operations.map((work) => ({
      kind: 'operation' as const,
      work,
      kernels: settings.kernels.includes('fused') ? ('fused' as const) : ('none' as const),
    })),
  ];
  const sizes = settings.anchors
    .flatMap((anchors) => settings.classes.map((classes) => ({ anchors, classes })))
    .toSorted((a, b) => a.anchors * a.classes - b.anchors * b.classes);
  const common = { source, quick, with: settings.with, ...(threads === undefined ? {} : { threads }) };
  return sizes.flatMap((size) =>
    settings.stages.flatMap((stage) =>
      backends.flatMap((backend) =>
        works.map((work) => Object.assign({}, common, work, size, { backend, stage })),
      ),
    ),
  );
}

async function measureAll(cases: readonly Case[], store: RowStore): Promise<Row[]> {
  const all: Row[] = [];
  const timeLeft = new TimeLeft();
  const sizes = cases.map(({ anchors, classes }) => anchors * classes);
  const tasks = new Listr(
    cases.map((given, place) => ({
      title: `${given.work}, ${count(given.anchors)} × ${given.classes}, ${given.stage}, ${given.backend}${given.kind === 'strategy' ? `, kernels: ${given.kernels}` : ''}`,
      async task(_: unknown, task: { title: string; output: string }) {
        const stored = store.read(given);
        const left = timeLeft.of(sizes.slice(place));
        if (!stored && left !== undefined)
          task.output = `case ${place + 1} of ${cases.length}, about ${duration(left)} left`;
        const start = performance.now();
        const rows = stored ?? (await runCase(given));
        if (!stored) timeLeft.add({ size: sizes[place]!, ms: performance.now() - start });
        all.push(...rows);
        // What was not measured is tried again: memory may be there next time.
        if (!stored && rows.every(isMeasured)) store.write(given, rows);
        task.title += `: ${rows.map(inWords).join(', ')}${stored ? ' (stored)' : ''}`;
      },
    })),
    { concurrent: false, fallbackRenderer: 'simple' },
  );
  await tasks.run();
  return withRatios(all);
}

/** A strategy's forms are measured in processes of their own: compared here. */
function withRatios(rows: readonly Row[]): Row[] {
  const keyOf = ({ work, backend, anchors, classes, stage }: Row): string =>
    JSON.stringify([work, backend, anchors, classes, stage]);
  const composed = new Map(
    rows
      .filter(isMeasured)
      .filter(({ kind, implementation }) => kind === 'strategy' && implementation === 'composed')
      .map((row) => [keyOf(row), row.medianMs]),
  );
  return rows.map((row) => {
    const yardstick = composed.get(keyOf(row));
    if (!isMeasured(row) || row.kind !== 'strategy' || yardstick === undefined) return row;
    return { ...row, ratioToComposed: yardstick / row.medianMs };
  });
}

function inWords(row: Row): string {
  if (!isMeasured(row)) return `skipped: ${row.skipped}`;
  const time = `${milliseconds(row.medianMs)} ms`;
  return row.implementation === 'default' ? time : `${row.implementation} ${time}`;
}

onInterrupt(stopCase, 'Measured cases are kept');

try {
  await bench(settingsOf(process.argv.slice(2)));
} catch (error) {
  stopCase();
  const expected = [UsageError, EquipoiseError, OutputError].some((kind) => error instanceof kind);
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = expected ? 2 : 1;
}
