// npm run compare: trains one small detector with each strategy, prints the table, writes compare.json and report.html.
import path from 'node:path';
import { EquipoiseError } from '@equipoise/core';
import { DataError } from '@equipoise/coco';
import { Listr } from 'listr2';
import { renderReport } from '../report/report.ts';
import { summarize } from '../report/summary.ts';
import { comparisonTable } from '../report/table.ts';
import { useBackend, type Backend } from '../backends/index.ts';
import { onInterrupt } from '../command/interrupt.ts';
import { thisMachine } from '../command/machine.ts';
import { refuse, UsageError } from '../command/usage.ts';
import { dataFacts } from './data-facts.ts';
import { fingerprint } from './fingerprint.ts';
import { guestFiles } from './guest-modules.ts';
import type { Job, Settings } from './job.ts';
import { loadScenes } from './load-scenes.ts';
import type { Comparison, RunResult } from './result.ts';
import { guestsOf, strategyNames, strategyOf, surveyNames } from './roster.ts';
import { runJob, stopJobs } from './run-job.ts';
import type { Scenes } from './scenes.ts';
import { settingsOf } from './settings.ts';
import { checkWritable, OutputError, storedResult, storeResult, writeWhole } from './store.ts';

async function compare(given: Settings): Promise<void> {
  const guests = await guestsOf(given.with).catch(refuse);
  const asked = [surveyNames, strategyNames].some((names) => given.strategies.join() === names.join())
    ? [...given.strategies, ...guests.keys()]
    : given.strategies;
  const backend = await useBackend(given.backend).catch(refuse);
  const settings: Settings = { ...given, strategies: asked, backend: backend.name as Settings['backend'] };
  const scenes = await loadScenes(settings).catch(refuse);
  for (const word of asked) await attempt(() => strategyOf(word, guests, dataFacts(scenes)));
  checkWritable(settings.out);
  console.log(
    `${scenes.name}: ${scenes.train.length} images to train, ${scenes.evaluation.length} to evaluate, ${scenes.width} × ${scenes.height}, ${scenes.categories.length} classes; ${backend.detail}`,
  );
  if (backend.why) console.log(backend.why);
  for (const note of scenes.notes) console.log(`note: ${note}`);
  const { results, failures } = await runAll(settings, fingerprint(scenes, guestFiles()));
  await backend.close();
  if (results.length === 0) throw new Error(failures.join('\n'));
  const comparison: Comparison = {
    meta: metaOf(settings, scenes, backend, failures),
    runs: results,
    summary: summarize(results),
  };
  const [json, report] = ['compare.json', 'report.html'].map((name) => path.join(settings.out, name)) as [
    string,
    string,
  ];
  writeWhole(json, `${JSON.stringify(comparison, null, 1)}\n`);
  writeWhole(report, renderReport(comparison));
  console.log(`\n${comparisonTable(comparison)}\n\n${json}\n${report}`);
  if (failures.length > 0) throw new Error(`${failures.length} runs failed:\n${failures.join('\n')}`);
}

/** Every strategy with every seed, side by side; seeds outside, so that all strategies have a result early. */
async function runAll(
  settings: Settings,
  content: string,
): Promise<{ readonly results: RunResult[]; readonly failures: string[] }> {
  const seeds = Array.from({ length: settings.seeds }, (_, seed) => seed);
  const jobs: Job[] = seeds.flatMap((seed) =>
    settings.strategies.map((strategy) => ({ strategy, seed, settings })),
  );
  const results: RunResult[] = [];
  const tasks = new Listr(
    jobs.map((job) => ({
      title: `${job.strategy}, seed ${job.seed}`,
      async task(_: unknown, task: { title: string; output: string }) {
        const stored = storedResult(job, content);
        const { title } = task;
        const result =
          stored ??
          (await runJob(job, ({ step, loss, ap50, secondsLeft }) => {
            if (step % 10 && !process.stdout.isTTY) return;
            const learned = ap50 === undefined ? '' : `, AP50 ${ap50.toFixed(1)}`;
            task.output = `step ${step} of ${settings.steps}, loss ${loss.toFixed(3)}${learned}, ${Math.round(secondsLeft)} s left`;
          }));
        results.push(result);
        if (!stored) storeResult(job, content, result);
        task.title = `${title}: AP ${result.ap.toFixed(1)}, AP50 ${result.ap50.toFixed(1)}, ${result.stepMs.toFixed(0)} ms a step${stored ? ' (stored)' : ''}`;
      },
    })),
    { concurrent: settings.jobs, exitOnError: false, collectErrors: true, fallbackRenderer: 'simple' },
  );
  await tasks.run();
  const failures = (tasks.errors ?? []).map(({ error }) =>
    error instanceof Error ? error.message : String(error),
  );
  return { results, failures };
}

function metaOf(
  settings: Settings,
  scenes: Scenes,
  backend: Backend,
  failures: readonly string[],
): Comparison['meta'] {
  return {
    command: `npm run compare -- ${process.argv.slice(2).join(' ')}`.trim(),
    date: new Date().toISOString(),
    data: scenes.name,
    classes: scenes.categories.map(({ name }) => name),
    trainImages: scenes.train.length,
    evaluationImages: scenes.evaluation.length,
    evaluationBoxes: scenes.groundTruth.annotations.length,
    anchorsPerImage: anchorsOf(scenes),
    batch: settings.batch,
    steps: settings.steps,
    seeds: Array.from({ length: settings.seeds }, (_, seed) => seed),
    prior: settings.prior,
    backend: backend.detail,
    versions: { node: process.versions.node, ...backend.versions },
    machine: thisMachine(),
    notes: [...scenes.notes, ...failures.map((failure) => `run failed: ${failure}`)],
  };
}

/** Three anchors in each cell of strides 4, 8 and 16. */
function anchorsOf({ width, height }: Scenes): number {
  const cells = (stride: number): number => Math.ceil(width / stride) * Math.ceil(height / stride);
  return 3 * (cells(4) + cells(8) + cells(16));
}

async function attempt(check: () => unknown): Promise<void> {
  try {
    check();
  } catch (error) {
    refuse(error);
  }
}

onInterrupt(stopJobs, 'Finished runs are kept');

try {
  await compare(settingsOf(process.argv.slice(2)));
} catch (error) {
  stopJobs();
  const expected = [UsageError, DataError, EquipoiseError, OutputError].some((kind) => error instanceof kind);
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = expected ? 2 : 1;
}
