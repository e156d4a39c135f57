// node --conditions=@equipoise/source benchmarks/roi-pass/roi-pass.ts [--backend wasm] [--rois 2000] [--kept 128] [--runs 9] [--chunk 2000]
// Online hard example mining in two ways, with the same gradients: all RoIs forward and backward with the losses of the rest set to 0, and
// the read-only pass. Runs alternate. Prints the median time of a step and the most bytes that tensors took in one.
import { parseArgs } from 'node:util';
import { criterion, defaultTask, seededRandom, type Task } from '@equipoise/core';
import { crossEntropy } from '@equipoise/focal';
import { ohem, readOnlyPass } from '@equipoise/ohem';
import * as tf from '@tensorflow/tfjs-core';
import { BACKENDS, useBackend } from '../backends/index.ts';
import { setting } from './head.ts';

const USAGE = `roi-pass [--backend ${BACKENDS.join('|')}] [--rois N] [--kept N] [--runs N] [--chunk N]`;
const SIZE = { images: 2, classes: 20, features: 7 * 7 * 64, width: 256 };
const TASK: Task = { ...defaultTask, activation: 'softmax' };
const LARGEST_DIFFERENCE = 1e-5;

/** One way to a step's loss, and what steps took. */
interface Way {
  readonly name: string;
  readonly loss: () => tf.Scalar;
  readonly milliseconds: number[];
}

async function main(): Promise<void> {
  const { backend, rois, kept, runs, chunk } = settings();
  const running = await useBackend(backend);
  const { head, features, targets, variables } = setting({ ...SIZE, rois }, 1);
  const strategy = ohem({ count: kept / SIZE.images });
  const [onAll, onChosen] = [criterion(strategy, TASK), criterion(crossEntropy(), TASK)];
  const pass = {
    head,
    rois: features,
    targets: { ...targets, task: TASK },
    strategy,
    state: undefined,
    random: seededRandom(0),
    count: kept,
    chunk,
  };
  const zeroing: Way = {
    name: 'losses of the rest set to 0',
    loss: () => onAll.loss({ ...targets, ...head(features) }).total,
    milliseconds: [],
  };
  const readOnly: Way = {
    name: 'read-only pass',
    loss: () => onChosen.loss(readOnlyPass(pass)[0]).total,
    milliseconds: [],
  };
  const difference = await largestDifference(zeroing, readOnly, variables);
  for (let run = 0; run < runs; run++) {
    // Who goes first alternates too.
    for (const way of run % 2 === 0 ? [zeroing, readOnly] : [readOnly, zeroing]) await step(way, variables);
  }
  console.log(`${rois} RoIs, ${kept} kept, ${runs} runs each, ${running.detail}`);
  for (const way of [zeroing, readOnly]) {
    const peak = await peakBytes(way, variables);
    console.log(
      `${way.name.padEnd(28)}${median(way.milliseconds).toFixed(1).padStart(8)} ms${(peak / 2 ** 20).toFixed(1).padStart(8)} MiB`,
    );
  }
  console.log(`largest difference of a gradient: ${difference.toExponential(1)}`);
  if (!(difference <= LARGEST_DIFFERENCE)) process.exitCode = 1;
  await running.close();
}

function settings() {
  const { values } = parseArgs({
    options: {
      backend: { type: 'string', default: 'wasm' },
      rois: { type: 'string', default: '2000' },
      kept: { type: 'string', default: '128' },
      runs: { type: 'string', default: '9' },
      chunk: { type: 'string' },
    },
  });
  const backend = BACKENDS.find((name) => name === values.backend);
  const rois = Number(values.rois);
  const [kept, runs, chunk] = [Number(values.kept), Number(values.runs), Number(values.chunk ?? rois)];
  const counts = [rois, kept, runs, chunk];
  const sound = counts.every((count) => Number.isInteger(count) && count >= 1);
  if (!backend || !sound || kept > rois || kept % SIZE.images !== 0) throw new Error(USAGE);
  return { backend, rois, kept, runs, chunk };
}

/** The gradients of a step; the caller disposes them. */
function gradients(way: Way, variables: tf.Variable[]): tf.Tensor[] {
  const { value, grads } = tf.variableGrads(way.loss, variables);
  value.dispose();
  return variables.map(({ name }) => grads[name]!);
}

async function step(way: Way, variables: tf.Variable[]): Promise<void> {
  const start = performance.now();
  const found = gradients(way, variables);
  // Reading one is how a device is waited for.
  await found.at(-2)!.data();
  way.milliseconds.push(performance.now() - start);
  tf.dispose(found);
}

async function largestDifference(one: Way, other: Way, variables: tf.Variable[]): Promise<number> {
  const [ours, theirs] = [gradients(one, variables), gradients(other, variables)];
  let largest = 0;
  for (const [k, gradient] of ours.entries()) {
    const [difference, size] = tf.tidy(() => [
      tf.max(tf.abs(tf.sub(gradient, theirs[k]!))),
      tf.max(tf.abs(gradient)),
    ]);
    const [apart, magnitude] = [(await difference!.data())[0]!, (await size!.data())[0]!];
    if (magnitude === 0) throw new Error('a gradient is 0: nothing was compared');
    largest = Math.max(largest, apart);
    tf.dispose([difference!, size!]);
  }
  tf.dispose([ours, theirs]);
  return largest;
}

/** The most bytes that tensors took at once in a step, above what is there before it. */
async function peakBytes(way: Way, variables: tf.Variable[]): Promise<number> {
  const before = tf.memory().numBytes;
  const { peakBytes: peak } = await tf.profile(() => {
    tf.dispose(gradients(way, variables));
  });
  return peak - before;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
