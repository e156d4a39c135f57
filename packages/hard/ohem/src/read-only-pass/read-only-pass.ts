import type { HardStrategy, Random, Samples, StrategyState } from '@equipoise/core';
import { checkSamples, demand, detach, labelWeights, select } from '@equipoise/core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { concat, mul, slice, tidy } from '@tensorflow/tfjs-core';
import { gatherRows } from './gather-rows.ts';
import { withoutTape } from './without-tape.ts';

/** What a head says of its rows. */
export interface HeadOutput {
  /** [rows, C], or [rows, C+1] with softmax. */
  readonly logits: Tensor2D;
  /** [rows, 4] */
  readonly deltas?: Tensor2D;
}

/** Everything of `Samples` that is known before the head runs; with `task` where it is not the default, since the strategy ranks by it. */
export type HeadTargets = Omit<Samples, 'logits' | 'deltas'>;

/** What a {@link readOnlyPass} works on. */
export interface ReadOnlyPass<State extends StrategyState> {
  /** The expensive part: from rows of `rois` to logits and deltas. Runs twice, so it should be without dropout. */
  readonly head: (rois: Tensor) => HeadOutput;
  /** [n, …] what the head takes, a row for each RoI: pooled features, or boxes to pool. */
  readonly rois: Tensor;
  /** What each RoI should become. */
  readonly targets: HeadTargets;
  /** Chooses who trains. */
  readonly strategy: HardStrategy<State>;
  readonly state: State;
  readonly random: Random;
  /** How many RoIs run forward and backward, 1…n: as many as the strategy chooses at most. */
  readonly count: number;
  /** How many rows the head sees at once in the read-only pass, an integer ≥ 1; bounds its memory. Default all. */
  readonly chunk?: number;
}

/**
 * The two passes of online hard example mining. The head runs on all RoIs, forward only and off the gradient tape; the strategy chooses; then
 * the head runs on the chosen alone, and that is what gradients flow through, into its weights and into `rois`. Gradients are those of
 * running all RoIs with the losses of the rest set to 0, for less time and memory. Shrivastava et al. 2016 §4.1.
 *
 * The result has `count` rows. Where the strategy chose fewer, rows of label weight 0 pad them. Its loss is that of a strategy that trains all
 * it gets, such as `crossEntropy()` of `@equipoise/focal`.
 *
 * @throws EquipoiseError where targets lack what the strategy needs, or for a count or chunk out of range.
 * @example
 * import { criterion, seededRandom } from '@equipoise/core';
 * import { crossEntropy } from '@equipoise/focal';
 * import { ohem, readOnlyPass } from '@equipoise/ohem';
 * import { fill, matMul, randomNormal, train, variable, type Rank, type Tensor2D } from '@tensorflow/tfjs-core';
 *
 * const weights = variable<Rank.R2>(randomNormal([16, 3]));
 * const head = (rois: unknown) => ({ logits: matMul<Tensor2D>(rois as Tensor2D, weights) });
 * const rois = randomNormal([256, 16]); // pooled features
 * const targets = { labels: fill<Rank.R1>([256], 1, 'int32') };
 * const strategy = ohem({ count: 64, nmsThreshold: 1, boxWeight: 0 });
 * const loss = criterion(crossEntropy());
 * train.sgd(0.1).minimize(() => {
 *   const pass = { head, rois, targets, strategy, state: undefined, random: seededRandom(0), count: 64 };
 *   const [chosen] = readOnlyPass(pass); // 64 of 256
 *   return loss.loss(chosen).total;
 * });
 */
export function readOnlyPass<State extends StrategyState>(
  pass: ReadOnlyPass<State>,
): readonly [Samples, State] {
  const { head, rois, targets, strategy, state, random, count, chunk = rois.shape[0] } = pass;
  demand(Number.isInteger(chunk) && chunk >= 1, {
    package: '@equipoise/ohem',
    subject: 'chunk',
    expected: 'an integer ≥ 1',
    actual: chunk,
  });
  const [{ indices, mask }, next] = withoutTape(() => {
    const samples: Samples = { ...targets, ...inChunks(head, detach(rois), chunk) };
    checkSamples(samples, strategy.needs, strategy.name);
    const [selection, nextState] = select(strategy, samples, state, random, count);
    return [{ ...selection }, nextState] as [{ indices: Tensor1D; mask: Tensor1D }, State & null];
  });
  const chosen = head(gatherRows(rois, indices));
  return [{ ...targetsOf(targets, indices, mask), ...chosen }, next];
}

/** The head's output on all rows, some at a time. */
function inChunks(head: (rois: Tensor) => HeadOutput, rois: Tensor, size: number): HeadOutput {
  const [n, ...row] = rois.shape as [number, ...number[]];
  if (size >= n) return head(rois);
  const parts: HeadOutput[] = [];
  for (let start = 0; start < n; start += size) {
    const rows = Math.min(size, n - start);
    const { logits, deltas } = tidy(() => ({
      ...head(slice(rois, [start, ...row.map(() => 0)], [rows, ...row])),
    }));
    parts.push(deltas ? { logits, deltas } : { logits });
  }
  const logits = concat(parts.map((part) => part.logits));
  const deltas = parts.flatMap((part) => part.deltas ?? []);
  return deltas.length > 0 ? { logits, deltas: concat(deltas) } : { logits };
}

/** The targets of the chosen; padding gets label weight 0. */
function targetsOf(targets: HeadTargets, indices: Tensor1D, mask: Tensor1D): HeadTargets {
  const { imageCount, task, ...fields } = targets;
  const entries = Object.entries(fields as Record<string, Tensor | undefined>);
  const gathered = entries.flatMap(([name, field]) => (field ? [[name, gatherRows(field, indices)]] : []));
  const weights = tidy(() => mul<Tensor1D>(gatherRows(labelWeights(targets as Samples), indices), mask));
  return {
    ...(Object.fromEntries(gathered) as HeadTargets),
    weights,
    ...(imageCount === undefined ? {} : { imageCount }),
    ...(task ? { task } : {}),
  };
}
