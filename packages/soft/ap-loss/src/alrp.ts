import type { BoxLoss, Given, Samples, SoftStrategy, StrategyLoss } from '@equipoise/core';
import {
  alignedOverlaps,
  atLeastOne,
  boxLosses,
  checkOptions,
  choiceOption,
  defaultTask,
  detach,
  giouLoss,
  numberOption,
  positives,
  spread,
  weightedSum,
} from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { add, div, greater, maximum, mul, scalar, sub, tidy, where } from '@tensorflow/tfjs-core';
import { deltaOption } from './average-precision-loss.ts';
import { entriesOf, flat, perSample } from './entries.ts';
import { alrpRanking } from './operations/alrp-ranking.ts';
import { lossOfRanked, type Ranked, weightsOfRanked } from './ranked.ts';

/** Options of {@link aLrp}. */
export interface ALrpOptions {
  /** δ of H, in logits, > 0. Default 1. */
  readonly delta: number;
  /** Localisation error of a positive: `giou`, 1 − GIoU (the authors' code, default); `iou`, (1 − IoU) / (1 − ½) (paper). */
  readonly localization: 'giou' | 'iou';
  /** Factor of the localisation loss until the first period is over, ≥ 0. Default 50. */
  readonly balance: number;
  /**
   * Steps after which the factor becomes (localisation + classification) / localisation of the losses of the period, an integer ≥ 1.
   * Default 3665, an epoch of the authors' training on COCO.
   */
  readonly period: number;
}

/** What {@link aLrp} carries from step to step: the factor in force, and the losses of the period so far. */
export type ALrpState = {
  readonly balance: Scalar;
  readonly classification: Scalar;
  readonly localization: Scalar;
  /** Steps of the period so far. */
  readonly step: number;
};

/**
 * aLRP loss: one ranking for classes and boxes. Classification is 1 − mean precision with the gradient of {@link aLrpLoss}, in which badly
 * located positives weigh more. The box loss, in place of the task's, is balance × mean over positives i of
 * (Σ of localisation errors at or above i) / rank(i), whose gradient reaches the boxes only. Oksuz et al. 2020.
 *
 * All (sample, class) entries of the batch are ranked together, as in `apLoss`, and its weights are reported in the same way.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, for a softmax task, or where samples lack anchors,
 * deltas or deltaTargets.
 */
export function aLrp(options: Given<ALrpOptions> = {}): SoftStrategy<ALrpState> {
  const inForce = checkOptions<ALrpOptions>(
    '@equipoise/ap-loss',
    {
      delta: deltaOption(1),
      localization: choiceOption(['giou', 'iou'], 'giou'),
      balance: numberOption(50, { min: 0 }),
      period: numberOption(3665, { min: 1, integer: true }),
    },
    options,
  );
  const boxLoss = inForce.localization === 'giou' ? giouLoss() : iouError;
  const rank = (samples: Samples, state: ALrpState): Ranked & { readonly next: ALrpState } => {
    const errors = boxLosses({ ...samples, task: { ...(samples.task ?? defaultTask), boxLoss } });
    const { scores, targets } = entriesOf(samples);
    const columns = samples.logits.shape[1];
    const [value, gradient, , entryShares] = alrpRanking(
      { scores: detach(scores), targets, errors: flat(spread(detach(errors), columns)) },
      { delta: inForce.delta },
    );
    const shares = perSample(samples, entryShares);
    const localization = tidy(() => weightedSum(detach(errors), shares));
    const next = balanceAfter(state, value, localization, inForce.period);
    // The factor 1 / P is in the shares already.
    const box = tidy(() => mul<Tensor1D>(shares, mul(next.balance, atLeastOne(positives(samples)))));
    return { scores, value, gradient, errors, box, next };
  };
  return {
    kind: 'soft',
    name: 'alrp',
    options: { ...inForce },
    needs: ['anchors', 'deltas', 'deltaTargets'],
    init: () => ({
      balance: scalar(inForce.balance),
      classification: scalar(0),
      localization: scalar(0),
      step: 0,
    }),
    apply(samples, state) {
      const { next, ...ranked } = rank(samples, state);
      return [weightsOfRanked(samples, ranked), next];
    },
    loss(samples, state): readonly [StrategyLoss, ALrpState] {
      const { next, ...ranked } = rank(samples, state);
      return [lossOfRanked(samples, ranked), next];
    },
  };
}

/** (1 − IoU) / (1 − τ) with τ = ½, where a positive begins. */
const iouError: BoxLoss = {
  name: 'iou-error',
  compares: 'boxes',
  apply: (predicted, target) =>
    tidy(() => mul<Tensor1D>(sub(1, alignedOverlaps(predicted, target, 'iou')), 2)),
};

/** The state after a step; the step that ends a period uses its new factor already. */
function balanceAfter(state: ALrpState, cls: Scalar, loc: Scalar, period: number): ALrpState {
  return tidy(() => {
    const classification = add<Scalar>(state.classification, cls);
    const localization = add<Scalar>(state.localization, loc);
    const step = state.step + 1;
    if (step < period) return { balance: state.balance.clone(), classification, localization, step };
    const renewed = div<Scalar>(add(localization, classification), maximum(localization, SMALLEST));
    // A period without positives, or with perfect boxes, says nothing.
    const balance = where<Scalar>(greater(localization, SMALLEST), renewed, state.balance);
    return { balance, classification: scalar(0), localization: scalar(0), step: 0 };
  });
}

const SMALLEST = 1e-6;
