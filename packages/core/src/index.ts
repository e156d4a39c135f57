/**
 * Boxes, overlaps, NMS, anchors, assignment and coding on TensorFlow.js tensors, and the contract of sampling strategies.
 *
 * @packageDocumentation
 */
export * from './anchors/index.ts';
export * from './assignment/index.ts';
export * from './boxes/index.ts';
export * from './coding/index.ts';
export { boxTerm } from './criterion/box-term.ts';
export * from './criterion/criterion.ts';
export { strategyLoss } from './criterion/strategy-loss.ts';
export { classificationTerm, weightedLoss } from './criterion/weighted-loss.ts';
export { withWeights } from './criterion/with-weights.ts';
export { weightedSum } from './criterion/weighted-sum.ts';
export * from './errors.ts';
export { type EntryFormula, entryFormula, type Symbols } from './formula/entry-formula.ts';
export type { Expression } from './formula/expression.ts';
export * as formula from './formula/index.ts';
export * from './formula/pointwise-counts.ts';
export * from './formula/pointwise-loss.ts';
export * from './formula/pointwise-values.ts';
export type * from './formula/program.ts';
export * from './losses/balanced-l1.ts';
export * from './losses/bounded-iou.ts';
export * from './losses/box-loss.ts';
export * from './losses/ciou.ts';
export * from './losses/diou.ts';
export * from './losses/eiou.ts';
export * from './losses/giou.ts';
export * from './losses/iou.ts';
export * from './losses/l1.ts';
export * from './losses/logistic.ts';
export type { OverlapLossOptions, OverlapLossPreset } from './losses/overlap-loss.ts';
export { classTargets, sigmoidCrossEntropy } from './losses/sigmoid-cross-entropy.ts';
export * from './losses/siou.ts';
export * from './losses/smooth-l1.ts';
export * from './losses/softmax-cross-entropy.ts';
export * from './operations/column-hits.ts';
export * from './operations/detach.ts';
export * from './operations/greedy-nms.ts';
export * from './operations/nms-match.ts';
export * from './operations/look-up.ts';
export { indicesWhere } from './operations/indices-where.ts';
export * from './operations/masked-rows.ts';
export {
  maxIouAssignment,
  type MaxIouAssignmentAttributes,
  type MaxIouAssignmentInputs,
} from './operations/max-iou-assignment.ts';
export * from './operations/operation.ts';
export * from './operations/order-descending.ts';
export * from './operations/pointwise-histogram.ts';
export * from './operations/pointwise-map.ts';
export * from './operations/pointwise-sum.ts';
export * from './operations/row-sums.ts';
export * from './operations/scaled.ts';
export * from './operations/select-top-k.ts';
export * from './operations/spread.ts';
export * from './operations/unrecorded.ts';
export * from './operations/with-gradient.ts';
export * from './options.ts';
export * from './random.ts';
export * from './samples/check.ts';
export { checkSampleValues } from './samples/check-values.ts';
export * from './samples/losses.ts';
export * from './samples/masks.ts';
export * from './samples/predictions.ts';
export * from './samples/samples.ts';
export * from './samples/task.ts';
export * from './strategy/compose.ts';
export * from './strategy/select.ts';
export * from './strategy/state.ts';
export * from './strategy/strategy.ts';
export * from './strategy/weigh.ts';
