import type { Given, Samples } from '@equipoise/core';
import { demand, imageCount, indicesWhere, labelWeights, positives } from '@equipoise/core';
import { dispose, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { negativeFactors, negativeShare, rankedNegatives } from './chosen-negatives.ts';
import type { IsrNOptions } from './isr-n-options.ts';
import { isrNOptions } from './isr-n-options.ts';
import { scoreHlr } from './score-hlr.ts';

/** The samples of one image that {@link sampleByScoreHlr} chooses. */
export interface ScoreHlrSample {
  /** Indices of positives: ascending, or in the order in which they were drawn. */
  readonly positives: Int32Array;
  /** Indices of negatives: by rank, then those drawn, in the order in which they were. */
  readonly negatives: Int32Array;
  /** The factor of each negative's classification loss. */
  readonly negativeWeights: Float32Array;
}

/**
 * What {@link isrN} does for the samples of one image, given as indices, so that a second pass can run on the chosen RoIs alone:
 * mmdetection's `ScoreHLRSampler`. Chance comes from `permutation`, asked as mmdetection does: for the positives where there are too
 * many, then for the negatives without a rank where some are drawn (for all negatives where none has a rank). Reads back; call it
 * before the step.
 *
 * @param permutation gives the numbers 0…count-1 in random order: `random.permutation` of a `Random`, or of `torchRandom` in
 * `@equipoise/random`.
 * @throws EquipoiseError for an option that is unknown or out of range, samples of several images, or without anchors or deltas.
 */
export async function sampleByScoreHlr(
  samples: Samples,
  options: Given<IsrNOptions>,
  permutation: (count: number) => Int32Array,
): Promise<ScoreHlrSample> {
  const inForce = isrNOptions(options);
  const images = imageCount(samples);
  demand(images === 1, {
    package: '@equipoise/pisa',
    subject: 'samples.imageCount',
    expected: '1 (call it for each image)',
    actual: images,
  });
  const n = samples.logits.shape[0];

  const positive = tidy(() => positives(samples).clone());
  const candidates = indicesWhere(await positive.data());
  positive.dispose();
  const most = Math.floor(inForce.count * inForce.positiveFraction);
  const chosenPositives = candidates.length > most ? draw(candidates, most, permutation) : candidates;

  const ranked = tidy(() =>
    rankedNegatives(samples, scoreHlr(samples, options), tensor1d(maskOf(chosenPositives, n)), inForce),
  );
  const [ranks, chosen, others, drawnCount] = await Promise.all([
    ranked.ranks.data(),
    ranked.chosen.data(),
    ranked.others.data(),
    ranked.drawn.data(),
  ]);
  const byRank = indicesWhere(chosen).toSorted((i, j) => ranks[i]! - ranks[j]!);
  const unranked = indicesWhere(others);
  const nobodyRanks = ranks.every((rank) => rank < 0);
  const drawn =
    drawnCount[0]! > 0 || nobodyRanks ? draw(unranked, drawnCount[0]!, permutation) : new Int32Array();

  const factors = tidy(() =>
    negativeFactors(
      samples,
      ranked,
      tensor1d(maskOf(drawn, n)),
      labelWeights(samples),
      negativeShare(inForce),
    ),
  );
  const factorOf = await factors.data();
  dispose([factors, ...Object.values(ranked)]);
  const negatives = Int32Array.of(...byRank, ...drawn);
  return {
    positives: chosenPositives,
    negatives,
    negativeWeights: Float32Array.from(negatives, (i) => factorOf[i]!),
  };
}

function maskOf(indices: Int32Array, n: number): Float32Array {
  const mask = new Float32Array(n);
  for (const i of indices) mask[i] = 1;
  return mask;
}

function draw(from: Int32Array, count: number, permutation: (count: number) => Int32Array): Int32Array {
  return permutation(from.length)
    .subarray(0, count)
    .map((i) => from[i]!);
}
