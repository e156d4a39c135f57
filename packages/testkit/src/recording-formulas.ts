import type { EntryFormula } from '@equipoise/core';

/** A function that computes with a formula. */
export type Computes = (formula: EntryFormula, ...others: never[]) => unknown;

/**
 * Core, but for noting the formulas that losses compute with, so that {@link formulaAgrees} tests those, not copies of them. For a mock of
 * the module, in vitest:
 *
 * `vi.mock('@equipoise/core', async (original) => recordingFormulas(await original(), seen))`
 *
 * @param core the module's exports.
 * @param seen gets each formula, in order.
 */
export function recordingFormulas<
  Core extends { readonly pointwiseLoss: Computes; readonly pointwiseLossSum: Computes },
>(core: Core, seen: EntryFormula[]): Core {
  const noting = <F extends Computes>(compute: F): F =>
    ((formula, ...others) => {
      seen.push(formula);
      return compute(formula, ...others);
    }) as F;
  return {
    ...core,
    pointwiseLoss: noting(core.pointwiseLoss),
    pointwiseLossSum: noting(core.pointwiseLossSum),
  };
}
