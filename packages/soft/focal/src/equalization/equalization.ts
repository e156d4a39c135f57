import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, classCount, labelWeights, numberOption, spread, weightsOfAll } from '@equipoise/core';
import { mul, tidy } from '@tensorflow/tfjs-core';
import { demandSigmoid } from '../shared/demand.ts';
import { classListOption, demandGiven } from '../shared/list-option.ts';
import { type LossNormalizer, normalizerOption } from '../shared/loss-strategy.ts';
import { equalizationWeights, RARE_BELOW } from './equalization-loss.ts';

/** Options of {@link equalization}. */
export interface EqualizationOptions {
  /** [C] the share of training images that hold each class. Required. */
  readonly frequencies: readonly number[];
  /** A class whose share is below λ is rare. Default .00177. */
  readonly lambda: number;
  /** Default `mean`: Σ label weights, as the code divides by its rows. */
  readonly normalizer: LossNormalizer;
}

/**
 * Equalization loss: objects of other classes do not push down rare classes. See {@link equalizationLoss}. Sigmoid only.
 *
 * @throws EquipoiseError for an option that is missing, unknown or out of range; at a step, for a softmax task or frequencies of another
 * number than C.
 */
export function equalization(
  options: Given<EqualizationOptions> & Pick<EqualizationOptions, 'frequencies'>,
): SoftStrategy {
  const inForce = checkOptions<EqualizationOptions>(
    'focal',
    {
      frequencies: classListOption(1),
      lambda: numberOption(RARE_BELOW, { min: 0 }),
      normalizer: normalizerOption('mean'),
    },
    options,
  );
  const { frequencies, lambda, normalizer } = inForce;
  demandGiven('frequencies', frequencies);
  return {
    kind: 'soft',
    name: 'equalization',
    options: { ...inForce },
    needs: [],
    init() {},
    apply(samples) {
      demandSigmoid(samples, 'equalization');
      const classes = classCount(samples);
      const classification = tidy(() =>
        mul(
          equalizationWeights(samples.labels, classes, frequencies, lambda),
          spread(labelWeights(samples), classes),
        ),
      );
      return [{ ...weightsOfAll(samples, normalizer), classification }, undefined];
    },
  };
}
