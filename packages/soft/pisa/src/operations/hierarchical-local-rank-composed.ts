import { classTargets } from '@equipoise/core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  expandDims,
  fill,
  gather,
  matMul,
  max,
  mul,
  neg,
  squeeze,
  sub,
  tidy,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import type {
  HierarchicalLocalRankAttributes,
  HierarchicalLocalRankInputs,
} from './hierarchical-local-rank.ts';
import { orderOf } from './order-of.ts';
import { ranksWithin } from './ranks-within.ts';

/** Below every score and every id: samples that are not ranked form a group of their own, at the end. */
const UNRANKED = -(2 ** 30);

/** {@link hierarchicalLocalRank} in tfjs ops. */
export function hierarchicalLocalRankComposed(
  inputs: HierarchicalLocalRankInputs,
  { outerCount, key }: HierarchicalLocalRankAttributes,
): Tensor1D {
  const { scores, inner, outer, eligible } = inputs;
  const n = scores.shape[0];
  if (n === 0) return zeros([0]);
  return tidy(() => {
    const ranked = cast<Tensor1D>(eligible, 'bool');
    const orUnranked = (values: Tensor1D): Tensor1D => where(ranked, values, fill([n], UNRANKED));
    const byScore = orderOf(orUnranked(scores));
    const groups = add<Tensor1D>(mul(cast(inner, 'float32'), outerCount), cast(outer, 'float32'));
    const local = ranksWithin(orUnranked(groups), byScore);
    const byLevel =
      key === 'exact'
        ? gather(byScore, orderOf(neg(gather(local, byScore))))
        : orderOf(orUnranked(add(scores, sub(groupSizes(inputs, outerCount, key), local))));
    const ranks = ranksWithin(orUnranked(cast(outer, 'float32')), byLevel);
    return where(ranked, ranks, fill([n], -1));
  });
}

/** How many samples are ranked in the largest outer group, 1 number, or in that of each sample, [n]. */
function groupSizes(
  { outer, eligible }: HierarchicalLocalRankInputs,
  outerCount: number,
  key: 'largest' | 'own',
): Tensor {
  const member = classTargets(outer, outerCount);
  const sizes = matMul(expandDims<Tensor2D>(eligible, 0), member);
  // By a product, not by gather: the group of a sample that is not ranked may lie out of range.
  return key === 'largest' ? max(sizes) : squeeze(matMul(member, sizes, false, true), [1]);
}
