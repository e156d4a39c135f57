import type { Given, SampleWeights, Samples, SoftStrategy, StrategyLoss } from '@equipoise/core';
import { boxTerm, checkOptions, detach, detachWeights, weightsOfAll, withWeights } from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { deltaOption } from './average-precision-loss.ts';
import { carryGradient } from './carry-gradient.ts';
import { entriesOf, weightsOfGradient } from './entries.ts';
import { averagePrecisionRanking } from './operations/average-precision-ranking.ts';

/** Options of {@link apLoss}. */
export interface ApLossOptions {
  /** δ: two scores nearer than this count as partly ranked, in logits, > 0. Default 1. */
  readonly delta: number;
}

/**
 * AP-Loss: the classification loss is 1 − average precision of the ranking of all (sample, class) entries of the batch, with the gradient
 * of {@link averagePrecisionLoss}. An entry is positive where the class is the label; ignored samples take no part; a label weight counts
 * as 0 or not 0. Boxes are as in the plain criterion. Chen et al. 2019; use it with `priorBias`.
 *
 * The weights it reports, and gives without the loss, are those under which cross-entropy has the same gradient:
 * |∂L/∂z| / |p − y|, divided by the positives like everything else.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task.
 */
export function apLoss(options: Given<ApLossOptions> = {}): SoftStrategy {
  const inForce = checkOptions<ApLossOptions>('@equipoise/ap-loss', { delta: deltaOption(1) }, options);
  const rank = (samples: Samples): Ranked => {
    const { scores, targets } = entriesOf(samples);
    const [value, gradient] = averagePrecisionRanking({ scores: detach(scores), targets }, inForce);
    return { scores, value, gradient };
  };
  const weightsOf = (samples: Samples, { gradient }: Ranked): SampleWeights => ({
    ...weightsOfAll(samples, 'positives'),
    classification: weightsOfGradient(samples, gradient),
  });
  return {
    kind: 'soft',
    name: 'ap-loss',
    options: { ...inForce },
    needs: [],
    init() {},
    apply: (samples) => [weightsOf(samples, rank(samples)), undefined],
    loss(samples): readonly [StrategyLoss, undefined] {
      const ranked = rank(samples);
      const classification = carryGradient(ranked.scores, ranked.value, ranked.gradient);
      const box = boxTerm(samples, weightsOfAll(samples, 'positives'));
      const losses = { classification, box };
      return [withWeights(losses, () => detachWeights(weightsOf(samples, ranked))), undefined];
    },
  };
}

interface Ranked {
  readonly scores: Tensor1D;
  readonly value: Scalar;
  readonly gradient: Tensor1D;
}
