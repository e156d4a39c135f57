import type { Given, Samples, SoftStrategy, StrategyLoss } from '@equipoise/core';
import {
  boxTerm,
  checkOptions,
  classCount,
  detach,
  detachWeights,
  labelWeights,
  spread,
  weightsOfAll,
  withWeights,
} from '@equipoise/core';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { cast, greater, max, mul, scalar, sub, tidy } from '@tensorflow/tfjs-core';
import { targetsOf } from '../shared/alpha.ts';
import { demandSigmoid } from '../shared/demand.ts';
import { drFactors, drLoss, type DrLossOptions, drLossSpecs } from './dr-loss.ts';

/**
 * Distributional ranking loss over all entries of the batch: see {@link drLoss}. Label weights say how often an entry counts. Its
 * weights, for reports, are τσ(L(P₋ − P₊ + γ)) q: how much the loss follows the probability of each entry. A batch where nothing counts
 * has no loss, where the reference has a constant one. Sigmoid only, no normaliser.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task.
 */
export function dr(options: Given<DrLossOptions> = {}): SoftStrategy {
  const inForce = checkOptions<DrLossOptions>('@equipoise/focal', drLossSpecs, options);
  const weigh = (samples: Samples) => {
    const classification = tidy(() => {
      const { positive, negative } = masksOf(samples);
      return drFactors(detach(samples.logits), positive, negative, inForce);
    });
    return detachWeights({ ...weightsOfAll(samples, 'sum'), classification });
  };
  return {
    kind: 'soft',
    name: 'dr-loss',
    options: { ...inForce },
    needs: [],
    init() {},
    apply(samples) {
      demandSigmoid(samples, 'dr');
      return [weigh(samples), undefined];
    },
    loss(samples): readonly [StrategyLoss, undefined] {
      demandSigmoid(samples, 'dr');
      const { positive, negative } = masksOf(samples);
      const classification: Scalar = tidy(() =>
        mul(drLoss(samples.logits, positive, negative, inForce), anyCounts(labelWeights(samples))),
      );
      const box = boxTerm(samples, weightsOfAll(samples, 'sum'));
      return [withWeights({ classification, box }, () => weigh(samples)), undefined];
    },
  };
}

/** [n, C] label weights of the entries of each kind, 0 at the other and at ignored samples. */
function masksOf(samples: Samples): { readonly positive: Tensor; readonly negative: Tensor } {
  return tidy(() => {
    const targets = targetsOf(samples);
    const label = spread(labelWeights(samples), classCount(samples));
    return { positive: mul(label, targets), negative: mul(label, sub(1, targets)) };
  });
}

/** 1 where a sample counts, 0 where none does. */
function anyCounts(label: Tensor1D): Scalar {
  return label.size === 0 ? scalar(0) : cast(greater(max(label), 0), 'float32');
}
