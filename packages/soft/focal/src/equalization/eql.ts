import type { Given, SoftStrategy } from '@equipoise/core';
import {
  checkOptions,
  classCount,
  labelWeights,
  numberOption,
  sigmoidCrossEntropy,
  spread,
  weightsOfAll,
} from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { cast, greaterEqual, mul, tidy } from '@tensorflow/tfjs-core';
import { demandSigmoid } from '../shared/demand.ts';
import { classListOption, demandGiven } from '../shared/list-option.ts';
import { type LossNormalizer, normalizerOption } from '../shared/loss-strategy.ts';
import { eqlWeights } from './eql-weights.ts';

/** Options of {@link eqlLoss}. */
export interface EqlLossOptions {
  /** The share of the training images that hold each class, one number in [0, 1] a class. Must be given. */
  readonly frequencies: readonly number[];
  /** λ, below which a class is rare. Default .00177, the code's (the paper: 1.76e-3). */
  readonly lambda: number;
}

/** Options of {@link eql}. */
export interface EqlOptions extends EqlLossOptions {
  /** Default `positives`; the reference divides by all sampled rows, `mean`. */
  readonly normalizer: LossNormalizer;
}

const frequencies = classListOption(1);
const lambda = numberOption(0.00177, { min: 0, max: 1 });

/**
 * Equalization loss of each entry, w CE with w = 0 where a foreground row would push down a rare class: logits [n, C], labels int32 [n]
 * (C background, below 0 for no loss) → [n, C]; the reference divides the sum by n. Tan et al. 2020 eq. 3, eql.detectron2.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or frequencies that are not C.
 */
export function eqlLoss(logits: Tensor2D, labels: Tensor1D, options: Given<EqlLossOptions>): Tensor2D {
  const inForce = checkOptions<EqlLossOptions>('@equipoise/focal', { frequencies, lambda }, options);
  demandGiven('frequencies', inForce.frequencies);
  const classes = logits.shape[1];
  return tidy(() => {
    const labelled = spread(cast(greaterEqual(labels, 0), 'float32'), classes);
    const weights = eqlWeights(labels, inForce.frequencies, inForce.lambda, classes);
    return mul<Tensor2D>(sigmoidCrossEntropy(logits, labels), mul(weights, labelled));
  });
}

/**
 * Equalization loss: a rare class is not pushed down by the positives of other classes. Weights are 0 or 1 and constant. Sigmoid only;
 * the paper's prior of the bias is .001. Tan et al. 2020.
 *
 * @throws EquipoiseError for an option that is unknown, missing or out of range; at a step, for a softmax task or a number of
 * frequencies that is not C.
 */
export function eql(options: Given<EqlOptions>): SoftStrategy {
  const inForce = checkOptions<EqlOptions>(
    '@equipoise/focal',
    { frequencies, lambda, normalizer: normalizerOption('positives') },
    options,
  );
  demandGiven('frequencies', inForce.frequencies);
  return {
    kind: 'soft',
    name: 'eql',
    options: { ...inForce },
    needs: [],
    init() {},
    apply(samples) {
      demandSigmoid(samples, 'eql');
      const classes = classCount(samples);
      const classification = tidy(() =>
        mul(
          eqlWeights(samples.labels, inForce.frequencies, inForce.lambda, classes),
          spread(labelWeights(samples), classes),
        ),
      );
      return [{ ...weightsOfAll(samples, inForce.normalizer), classification }, undefined];
    },
  };
}
