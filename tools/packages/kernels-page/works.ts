import { criterion, greedyNms, seededRandom } from '@equipoise/core';
import { focal } from '@equipoise/focal';
import * as tf from '@tensorflow/tfjs-core';
import type { Differences } from './outcome.ts';

/** Entries of the logits are more than the 262,144 from which on threads share them; and not a multiple of a vector. */
const ANCHORS = 4099;
const CLASSES = 81;
const BOXES = 2000;
const RULES = { groupCount: 1, iouThreshold: 0.5, maxPerGroup: 100, offset: 0, scoreThreshold: 0 } as const;

/** What the works give. */
export interface Results {
  readonly loss: number;
  /** [ANCHORS, CLASSES] */
  readonly gradient: Float32Array;
  /** [BOXES] 1 where a box is kept. */
  readonly kept: Float32Array;
}

/** The page's works: a formula, which is compiled as it is met, and an operation whose kernels are shipped. */
export function works(): () => Promise<Results> {
  const random = seededRandom(7);
  const logits = random.normal(ANCHORS * CLASSES).map((value) => 4 * value - 4);
  const labels = Int32Array.from({ length: ANCHORS }, () =>
    random.below(10) === 0 ? random.below(CLASSES) : CLASSES,
  );
  const corners = random.uniform(2 * BOXES).map((value) => 400 * value);
  const boxes = Float32Array.from(
    { length: 4 * BOXES },
    (_, i) => corners[2 * (i >> 2) + (i & 1)]! + (i & 2 ? 40 : 0),
  );
  const scores = random.uniform(BOXES);
  return async () => ({ ...(await focalLoss(logits, labels)), kept: await nms(boxes, scores) });
}

async function focalLoss(
  values: Float32Array,
  classes: Int32Array,
): Promise<Pick<Results, 'loss' | 'gradient'>> {
  const logits = tf.variable(tf.tensor2d(values, [ANCHORS, CLASSES]));
  const labels = tf.tensor1d(classes, 'int32');
  const loss = criterion(focal());
  const { value, grads } = tf.variableGrads(() => loss.loss({ logits, labels }).total, [logits]);
  return { loss: (await numbers(value))[0]!, gradient: await numbers(grads[logits.name]!) };
}

async function nms(corners: Float32Array, values: Float32Array): Promise<Float32Array> {
  const boxes = tf.tensor2d(corners, [BOXES, 4]);
  const group = tf.zeros<tf.Rank.R1>([BOXES], 'int32');
  return numbers(greedyNms({ boxes, scores: tf.tensor1d(values), group }, RULES));
}

/** A copy: the wasm backend gives a view of its memory. */
async function numbers(tensor: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

/** How far results are from expected ones. */
export function differences(actual: Results, expected: Results): Differences {
  return {
    loss: Math.abs(actual.loss - expected.loss) / Math.abs(expected.loss),
    gradient: largest(actual.gradient, expected.gradient) / largest(expected.gradient),
    boxes: actual.kept.filter((kept, i) => kept !== expected.kept[i]).length,
  };
}

/** The largest absolute value of what lies between two lists. NaN where one is. */
function largest(values: Float32Array, others?: Float32Array): number {
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - (others?.[i] ?? 0))), 0);
}
