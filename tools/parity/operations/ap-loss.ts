import { aLrpLoss, averagePrecisionLoss, rankSortLoss } from '@equipoise/ap-loss';
import { type CaseOperation, type CaseOperations, inputsOf } from '@equipoise/testkit';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { keep, tensor1d, valueAndGrad } from '@tensorflow/tfjs-core';

/** The official code gives its loss as a list of one number, that of the RankSort repository as a number. */
const averagePrecision: CaseOperation = {
  async run(reference) {
    const inputs = inputsOf(reference);
    const targets = inputs.vector('targets');
    const delta = inputs.number('delta', 1);
    const { loss, grad } = await stepOf(inputs.vector('logits'), (scores) =>
      averagePrecisionLoss(scores, targets, { delta }),
    );
    return { loss: Array.isArray(reference.outputs['loss']) ? [loss] : loss, grad };
  },
};

/** Reference cases of @equipoise/ap-loss. */
export const apLossCases: CaseOperations = {
  aploss: averagePrecision,
  alrp: {
    exact: ['order'],
    async run(reference) {
      const inputs = inputsOf(reference);
      const targets = inputs.vector('targets');
      const kinds = inputs.numbers('targets');
      const errors = errorsOfEntries(kinds, inputs.numbers('regression_losses'));
      const delta = inputs.number('delta', 1);
      const found: { ranks?: Tensor1D } = {};
      const { loss, grad } = await stepOf(inputs.vector('logits'), (scores) => {
        const { classification, ranks } = aLrpLoss(scores, targets, errors, { delta });
        found.ranks = keep(ranks.clone());
        return classification;
      });
      const ranks = await found.ranks!.data();
      const positives = [...kinds.keys()].filter((i) => kinds[i]! > 0);
      const logits = inputs.numbers('logits');
      return {
        cls_loss: loss,
        rank: positives.map((i) => ranks[i]!),
        order: ascending(positives.map((i) => logits[i]!)),
        grad,
      };
    },
  },
  ranksort: {
    async run(reference) {
      const inputs = inputsOf(reference);
      const targets = inputs.vector('targets');
      const delta = inputs.number('delta', 0.5);
      const found: { sorting?: Scalar } = {};
      const { loss, grad } = await stepOf(inputs.vector('logits'), (scores) => {
        const { ranking, sorting } = rankSortLoss(scores, targets, { delta });
        found.sorting = keep(sorting.clone());
        return ranking;
      });
      return { rank_loss: loss, sort_loss: (await found.sorting!.data())[0]!, grad };
    },
  },
};

async function stepOf(logits: Tensor1D, loss: (scores: Tensor1D) => Scalar) {
  const { value, grad } = valueAndGrad((scores) => loss(scores as Tensor1D))(logits);
  return { loss: (await value.data())[0]!, grad: await grad.data() };
}

/** The errors of the positives, in their order, at their places. */
function errorsOfEntries(targets: readonly number[], ofPositives: readonly number[]): Tensor1D {
  let next = 0;
  return tensor1d(
    targets.map((target) => (target > 0 ? (ofPositives[next++] ?? 0) : 0)),
    'float32',
  );
}

/** Indices by ascending value, equal values by lower index. */
function ascending(values: readonly number[]): number[] {
  return [...values.keys()].toSorted((a, b) => values[a]! - values[b]! || a - b);
}
