import type { Expression } from '@equipoise/core';
import { formula } from '@equipoise/core';

const { div, greater, max, select } = formula;

/** Losses below this sum are not divided by. */
const LEAST_LOSS = 1e-30;

/** Σ L / Σ wL, the factor that keeps a sum of losses under new weights; 1 where Σ wL is 0, where mmdetection divides 0 by 0. */
export function keptSum(before: Expression, after: Expression): Expression {
  return select(greater(after, 0), div(before, max(after, LEAST_LOSS)), 1);
}
