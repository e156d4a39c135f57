import { demand } from '@equipoise/core';

/**
 * Weights of classes in proportion to 1 / E_n, where E_n = (1 − βⁿ)/(1 − β) is the effective number of n samples; they sum to the number
 * of classes. β = 0 weighs all alike, β → 1 by inverse frequency. A class of less than one sample counts as one of one sample, where the
 * reference divides by 0. Cui et al. 2019 §3.
 *
 * @throws EquipoiseError for no counts, a count below 0, or β outside [0, 1).
 */
export function effectiveNumberWeights(counts: readonly number[], beta = 0.9999): number[] {
  demand(counts.length > 0 && counts.every((count) => Number.isFinite(count) && count >= 0), {
    package: '@equipoise/focal',
    subject: 'counts',
    expected: 'a list of numbers ≥ 0',
    actual: counts,
  });
  demand(beta >= 0 && beta < 1, {
    package: '@equipoise/focal',
    subject: 'beta',
    expected: 'a number in [0, 1)',
    actual: beta,
  });
  const raw = counts.map((count) => (1 - beta) / -Math.expm1(Math.max(count, 1) * Math.log(beta)));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => (weight / total) * counts.length);
}
