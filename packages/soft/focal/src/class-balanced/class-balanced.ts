import type { Given, SoftStrategy } from '@equipoise/core';
import { checkOptions, classCount, labelWeights, numberOption, spread, weightsOfAll } from '@equipoise/core';
import { mul, tidy } from '@tensorflow/tfjs-core';
import { modulatorOf } from '../focal/focal-weights.ts';
import { classListOption, demandGiven } from '../shared/list-option.ts';
import { type LossNormalizer, normalizerOption } from '../shared/loss-strategy.ts';
import { betaOption, type ClassBalancedLossOptions, weightsOfLabels } from './class-balanced-loss.ts';

/** Options of {@link classBalanced}. */
export interface ClassBalancedOptions extends ClassBalancedLossOptions {
  /** [C] the training samples of each class, or [C + 1] with those of background last. Required. */
  readonly counts: readonly number[];
  /** Default `positives`; the code's for softmax is `mean`. */
  readonly normalizer: LossNormalizer;
}

/**
 * Class-balanced cross-entropy, or focal loss with γ above 0: a sample weighs the inverse effective number of its class. See
 * {@link classBalancedLoss}. Background weighs 1 unless it is counted. Sigmoid or softmax. The class weights are constants, the focusing
 * factor carries gradient.
 *
 * @throws EquipoiseError for an option that is missing, unknown or out of range; at a step, for counts of another number than C or C + 1.
 */
export function classBalanced(
  options: Given<ClassBalancedOptions> & Pick<ClassBalancedOptions, 'counts'>,
): SoftStrategy {
  const inForce = checkOptions<ClassBalancedOptions>(
    'focal',
    {
      counts: classListOption(),
      beta: betaOption,
      gamma: numberOption(0, { min: 0 }),
      normalizer: normalizerOption('positives'),
    },
    options,
  );
  const { counts, beta, gamma, normalizer } = inForce;
  demandGiven('counts', counts);
  return {
    kind: 'soft',
    name: 'class-balanced',
    options: { ...inForce },
    needs: [],
    init() {},
    apply(samples) {
      const classes = classCount(samples);
      const classification = tidy(() => {
        const ofRow = mul(weightsOfLabels(samples.labels, classes, counts, beta), labelWeights(samples));
        if (gamma === 0) return ofRow;
        const modulator = modulatorOf(samples, gamma);
        return mul(modulator, modulator.rank === 1 ? ofRow : spread(ofRow, classes));
      });
      return [{ ...weightsOfAll(samples, normalizer), classification }, undefined];
    },
  };
}
