import type { Given, Samples, SampleWeights, SoftStrategy } from '@equipoise/core';
import { checkOptions, classCount, labelWeights, numberOption, weightsOfAll } from '@equipoise/core';
import { mul, tidy } from '@tensorflow/tfjs-core';
import { focalFactorOf } from '../focal/focal-formula.ts';
import { factorStrategy } from '../shared/factor-strategy.ts';
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
    '@equipoise/focal',
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
  const rows = (samples: Samples): readonly [SampleWeights, undefined] => {
    const classification = tidy(() =>
      mul(weightsOfLabels(samples.labels, classCount(samples), counts, beta), labelWeights(samples)),
    );
    return [{ ...weightsOfAll(samples, normalizer), classification }, undefined];
  };
  const described = { name: 'class-balanced', options: { ...inForce }, init(): void {} };
  return gamma === 0
    ? { ...described, kind: 'soft', needs: [], apply: rows }
    : factorStrategy({ ...described, rows, factor: (terms) => focalFactorOf(terms, null, gamma) });
}
