import {
  assignBatch,
  criterion,
  defaultTask,
  seededRandom,
  type Criterion,
  type Samples,
} from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import { imageTensor, normalisation, picks, truths, type Pick } from './batches.ts';
import { detector } from './detector.ts';
import { evaluate } from './evaluate.ts';
import { examples } from './examples.ts';
import { gradientNorms } from './gradient-norms.ts';
import type { CurvePoint, GradientNorms, RunResult } from './result.ts';
import type { AnyStrategy } from './roster.ts';
import type { Scenes } from './scenes.ts';

/** One training run. */
export interface Training {
  readonly strategy: AnyStrategy;
  /** The name in the table: that of the strategy, with the options it was asked for with. */
  readonly title: string;
  readonly scenes: Scenes;
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  readonly prior: boolean;
  readonly backend: string;
}

/** Where a run stands. */
export interface Progress {
  readonly step: number;
  readonly loss: number;
  /** AP50 of the last evaluation, per cent. */
  readonly ap50: number | undefined;
  readonly secondsLeft: number;
}

const LEARNING_RATE = 8e-3;
const ASSIGNMENT = { positiveIou: 0.5, negativeIou: 0.4, minPositiveIou: 0.2 };
/** Shares of the steps after which the model is evaluated; the first shows how fast a strategy starts. */
const EVALUATED_AT = [0.1, 0.25, 0.5, 0.75, 1];

/** Trains the small detector of the recipe with one strategy, and measures what it learned and what it cost. */
export async function train(training: Training, report: (progress: Progress) => void): Promise<RunResult> {
  const { strategy, scenes, seed, steps, prior, batch: batchSize } = training;
  const classes = scenes.categories.length;
  const model = detector({ width: scenes.width, height: scenes.height, classes, seed, prior });
  const loss = criterion(strategy, defaultTask, { seed });
  const norm = normalisation(scenes);
  const optimizer = tf.train.adam(LEARNING_RATE);
  const batches = picks(
    scenes.train,
    batchSize,
    !scenes.name.startsWith('digits'),
    seededRandom(seed + 1_000_003),
  );
  const evaluateAt = new Set(EVALUATED_AT.map((share) => Math.ceil(steps * share)));
  const [curve, norms, carried]: [CurvePoint[], GradientNorms[], RunResult['carried'][number][]] = [
    [],
    [],
    [],
  ];
  const [stepTimes, strategyTimes]: [number[], number[]] = [[], []];
  const started = performance.now();
  let last: Awaited<ReturnType<typeof evaluate>> | undefined;

  /** The criterion as it is now, state and all, to look at without moving it on. */
  const copyOf = async (original: Criterion): Promise<Criterion> => {
    const copy = criterion(strategy, defaultTask, { seed });
    copy.restore(await original.save());
    return copy;
  };

  const samplesOf = (batch: readonly Pick[]): Samples => {
    const { logits, deltas } = model.predict(imageTensor(batch, scenes, norm));
    const assigned = assignBatch(model.anchors.anchors, truths(batch, scenes), {
      classCount: classes,
      assign: ASSIGNMENT,
    });
    return { ...assigned, logits, deltas };
  };

  for (let step = 1; step <= steps; step++) {
    const batch = batches.next().value;
    (optimizer as unknown as { learningRate: number }).learningRate = LEARNING_RATE * schedule(step, steps);
    const begun = performance.now();
    const kept: tf.Tensor[] = [];
    const cost = optimizer.minimize(
      () => {
        const samples = samplesOf(batch);
        const { total, weights } = loss.loss(samples);
        kept.push(tf.keep(weightCounts(samples, weights.classification, classes)));
        return total;
      },
      true,
      model.variables,
    )!;
    const [lossValue] = await cost.data();
    stepTimes.push(performance.now() - begun);
    const [positive, negative] = await kept[0]!.data();
    tf.dispose([cost, ...kept]);
    if (!Number.isFinite(lossValue))
      throw new Error(`${training.title}, seed ${seed}: the loss is ${lossValue} at step ${step}`);
    carried.push({ step, positives: positive!, negatives: negative!, loss: lossValue! });
    if (step % Math.max(1, Math.floor(steps / 10)) === 0)
      strategyTimes.push(await timeStrategy(samplesOf, batch, await copyOf(loss)));
    if (evaluateAt.has(step)) {
      last = await evaluate(model, scenes, norm, defaultTask.coder);
      curve.push({ step, ap: 100 * Math.max(0, last.stats.ap), ap50: 100 * Math.max(0, last.stats.ap50) });
      norms.push(await gradientNorms(step, () => samplesOf(batch), await copyOf(loss)));
    }
    const elapsed = (performance.now() - started) / 1000;
    report({
      step,
      loss: lossValue!,
      ap50: curve.at(-1)?.ap50,
      secondsLeft: (elapsed / step) * (steps - step),
    });
  }
  const shown = await examples(model, scenes, norm, samplesOf, await copyOf(loss));
  model.dispose();
  loss.dispose();
  optimizer.dispose();
  const percent = (value: number): number => 100 * Math.max(0, value);
  return {
    strategy: training.title,
    kind: strategy.kind,
    options: strategy.options,
    data: scenes.name,
    classes: scenes.categories.map(({ name }) => name),
    seed,
    steps,
    backend: training.backend,
    ap: percent(last!.stats.ap),
    ap50: percent(last!.stats.ap50),
    ap75: percent(last!.stats.ap75),
    perClass: last!.perCategory.map(({ name, ap, ap50 }) => ({ name, ap: percent(ap), ap50: percent(ap50) })),
    curve,
    stepMs: median(stepTimes),
    strategyMs: median(strategyTimes),
    positives: mean(carried.map((entry) => entry.positives)),
    negatives: mean(carried.map((entry) => entry.negatives)),
    carried,
    gradientNorms: norms,
    examples: shown,
  };
}

/** Warm-up over a tenth of the steps (at most 30), then a cosine down to 2 %. */
function schedule(step: number, steps: number): number {
  const warmup = Math.max(1, Math.min(30, Math.floor(steps / 10)));
  return Math.min(1, step / warmup) * (0.49 * (1 + Math.cos((Math.PI * step) / steps)) + 0.02);
}

/** [2] how many positives and negatives carry classification weight. */
function weightCounts(samples: Samples, weights: tf.Tensor, classes: number): tf.Tensor1D {
  return tf.tidy(() => {
    const perSample = weights.rank === 1 ? weights : tf.sum(weights, 1);
    const carries = tf.greater(perSample, 0);
    const count = (kind: tf.Tensor): tf.Tensor => tf.sum(tf.cast(tf.logicalAnd(carries, kind), 'float32'));
    return tf.stack([
      count(tf.less(samples.labels, classes)),
      count(tf.equal(samples.labels, classes)),
    ]) as tf.Tensor1D;
  });
}

/** Wall time of strategy and losses, forward and backward, on the samples of this batch. */
async function timeStrategy(
  samplesOf: (batch: readonly Pick[]) => Samples,
  batch: readonly Pick[],
  timed: Criterion,
): Promise<number> {
  // A tidy scope returns tensors in plain objects only, which an interface is not to TypeScript.
  const samples = tf.tidy(() => samplesOf(batch) as never) as Samples;
  await samples.logits.data();
  const begun = performance.now();
  const gradients = tf.grads(
    (logits: tf.Tensor, deltas: tf.Tensor) =>
      timed.loss({ ...samples, logits: logits as tf.Tensor2D, deltas: deltas as tf.Tensor2D }).total,
  )([samples.logits, samples.deltas!]);
  await gradients[0]!.data();
  const took = performance.now() - begun;
  timed.dispose();
  tf.dispose(gradients);
  tf.dispose(Object.values(samples).filter((value) => value instanceof tf.Tensor));
  return took;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
