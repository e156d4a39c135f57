import type {
  Expression,
  Samples,
  SampleWeights,
  SoftStrategy,
  StrategyLoss,
  StrategyState,
} from '@equipoise/core';
import {
  boxTerm,
  detachWeights,
  formula,
  pointwiseLoss,
  pointwiseLossSum,
  spread,
  withWeights,
} from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { mul, tidy } from '@tensorflow/tfjs-core';
import { formulaOfTerms, type Terms } from './terms.ts';

/** What tells one strategy of a factor from another. */
export interface FactorStrategyParts<State extends StrategyState> {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly init: () => State;
  /** What each row counts, [n] classification weights, and the state after the step. */
  readonly rows: (samples: Samples, state: State) => readonly [SampleWeights, State];
  /** What multiplies the cross-entropy of an entry with sigmoid, of a row with softmax. It carries gradient. */
  readonly factor: (terms: Terms) => Expression;
}

/** A strategy whose weights are those of rows times a factor of the prediction. Its loss is Σ weight × factor × cross-entropy in one pass. */
export function factorStrategy<State extends StrategyState>(
  parts: FactorStrategyParts<State>,
): SoftStrategy<State> {
  const { name, options, init, rows, factor } = parts;
  const factors = formulaOfTerms(factor);
  const losses = formulaOfTerms((terms) => formula.mul(factor(terms), terms.crossEntropy));
  const weigh = (samples: Samples, weights: SampleWeights): SampleWeights => ({
    ...weights,
    classification: tidy(() => {
      const of = factors(samples);
      const factorOfEach: Tensor = pointwiseLoss(of.formula, of.tensors);
      const row = weights.classification;
      return mul(factorOfEach, factorOfEach.rank === 1 ? row : spread(row, factorOfEach.shape[1]!));
    }),
  });
  return {
    kind: 'soft',
    name,
    options,
    needs: [],
    init,
    apply(samples, state) {
      const [weights, next] = rows(samples, state);
      return [weigh(samples, weights), next];
    },
    loss(samples, state): readonly [StrategyLoss, State] {
      const [weights, next] = rows(samples, state);
      const { formula: loss, tensors } = losses(samples);
      const classification = pointwiseLossSum(loss, tensors, {
        weight: weights.classification,
        normalizer: weights.classificationNormalizer,
      });
      const ofBoth = { classification, box: boxTerm(samples, weights) };
      return [withWeights(ofBoth, () => detachWeights(weigh(samples, weights))), next];
    },
  };
}
