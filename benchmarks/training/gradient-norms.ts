import type { Criterion, Samples } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import type { GradientNorms } from './result.ts';

const BINS = 30;

/** How the gradient norms |p − y| of a batch are spread, before and after weighting. Reads the batch back: not for every step. */
export async function gradientNorms(
  step: number,
  samplesOf: () => Samples,
  passing: Criterion,
): Promise<GradientNorms> {
  const kept = tf.tidy(() => {
    const samples = samplesOf();
    const { weights } = passing.loss(samples);
    return [
      tf.sigmoid(samples.logits),
      samples.labels,
      weights.classification,
      weights.classificationNormalizer,
    ].map((tensor) => tf.clone(tensor));
  });
  passing.dispose();
  const [probabilities, labels, weights, normalizer] = await Promise.all(kept.map((tensor) => tensor.data()));
  const columns = kept[0]!.shape[1]!;
  const perEntry = kept[2]!.rank === 2;
  tf.dispose(kept);
  const [counts, plain, weighted] = [0, 0, 0].map(() => Array.from({ length: BINS }, () => 0)) as [
    number[],
    number[],
    number[],
  ];
  for (let i = 0; i < probabilities!.length; i++) {
    const sample = Math.floor(i / columns);
    const label = labels![sample]!;
    if (label < 0) continue;
    const norm = Math.abs(probabilities![i]! - (label === i % columns ? 1 : 0));
    const bin = Math.min(BINS - 1, Math.floor(norm * BINS));
    counts[bin]!++;
    plain[bin]! += norm;
    weighted[bin]! += (norm * weights![perEntry ? i : sample]!) / normalizer![0]!;
  }
  return { step, counts, plain, weighted };
}
