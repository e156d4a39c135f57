import { spread } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import {
  add,
  addN,
  cast,
  div,
  equal,
  fill,
  greater,
  logicalAnd,
  maximum,
  minimum,
  mul,
  neg,
  reshape,
  searchSorted,
  sub,
  sum,
  tidy,
  topk,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import type { ExactHarmonyAttributes, ExactHarmonyInputs } from './exact-harmony.ts';

/** Above every window, so that what is not counted sorts last. */
const OUT_OF_REACH = 4;

/** Sort each group once, then two binary searches an entry. */
export function exactHarmonyComposed(
  { norms, weights, group }: ExactHarmonyInputs,
  { epsilon, groupCount }: ExactHarmonyAttributes,
): Tensor1D {
  const m = norms.size;
  if (m === 0) return zeros([0]);
  return tidy(() => {
    const columns = m / weights.size;
    const low = sub<Tensor1D>(norms, epsilon / 2);
    const high = add<Tensor1D>(norms, epsilon / 2);
    const length = sub(minimum(high, 1), maximum(low, 0));
    const outOfReach: Tensor1D = fill([m], OUT_OF_REACH);
    const ofGroup = (id: number): Tensor1D => {
      const member = logicalAnd(equal(group, id), greater(weights, 0));
      const counted: Tensor1D = reshape(spread(cast(member, 'float32'), columns), [m]);
      const keys = where<Tensor1D>(cast(counted, 'bool'), norms, outOfReach);
      const ascending = neg(topk(neg(keys), m, true).values);
      const within = sub(searchSorted(ascending, high, 'left'), searchSorted(ascending, low, 'left'));
      // Where an entry is of another group its window may be empty.
      const density = maximum(reshape(cast(within, 'float32'), [m]), 1);
      return div(mul(mul(counted, length), sum(counted)), density);
    };
    return addN<Tensor1D>(Array.from({ length: groupCount }, (_, id) => ofGroup(id)));
  });
}
