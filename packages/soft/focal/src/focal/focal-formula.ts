import type { Expression } from '@equipoise/core';
import { formula } from '@equipoise/core';
import { alphaFactor } from '../shared/alpha.ts';
import type { Terms } from '../shared/terms.ts';

const { mul, power } = formula;

/** α_t (1 − p_t)^γ (−ln p_t): focal loss. */
export function focalOf(terms: Terms, alpha: number | null, gamma: number): Expression {
  return mul(focalFactorOf(terms, alpha, gamma), terms.crossEntropy);
}

/** α_t (1 − p_t)^γ: what focal loss multiplies cross-entropy with. */
export function focalFactorOf(terms: Terms, alpha: number | null, gamma: number): Expression {
  return mul(alphaFactor(terms, alpha), power(terms.miss, gamma));
}
