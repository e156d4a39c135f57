import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, classCount, classTargets, labelWeights, spread, weightsOfAll } from '@equipoise/core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { mul, tidy } from '@tensorflow/tfjs-core';
import { demandSigmoid } from '../shared/demand.ts';
import { type LossNormalizer, normalizerOption } from '../shared/loss-strategy.ts';
import { gradientBalanceOptions } from './eqlv2-loss.ts';
import {
  balancedWeights,
  type Eqlv2State,
  eqlv2State,
  gathered,
  type GradientBalance,
} from './gradient-balance.ts';

/** Options of {@link equalizationV2}. */
export interface EqualizationV2Options extends GradientBalance {
  /** Default `positives`; the reference divides by all sampled rows, `mean`. */
  readonly normalizer: LossNormalizer;
}

/**
 * Equalization loss v2: classes whose negatives have out-pulled their positives over training have the former weighed down and the
 * latter up. Weights are constant; the state holds what was gathered. Sigmoid only, no objectness column (see {@link eqlv2Loss}); the
 * first step is plain cross-entropy. What is gathered is times label weights too, so that ignored samples do not count. Tan et al. 2021.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task or a state of other classes.
 */
export function equalizationV2(options: Given<EqualizationV2Options> = {}): SoftStrategy<Eqlv2State> {
  const inForce = checkOptions<EqualizationV2Options>(
    '@equipoise/focal',
    { ...gradientBalanceOptions, normalizer: normalizerOption('positives') },
    options,
  );
  return {
    kind: 'soft',
    name: 'eqlv2',
    options: { ...inForce },
    needs: [],
    init: eqlv2State,
    apply(samples, state) {
      demandSigmoid(samples, 'equalizationV2');
      const { classification, next } = tidy(() => {
        const classes = classCount(samples);
        const targets = classTargets(samples.labels, classes);
        const classification: Tensor2D = mul(
          balancedWeights(targets, state, inForce),
          spread(labelWeights(samples), classes),
        );
        return { classification, next: gathered(state, samples.logits, targets, classification) };
      });
      return [{ ...weightsOfAll(samples, inForce.normalizer), classification }, next];
    },
  };
}
