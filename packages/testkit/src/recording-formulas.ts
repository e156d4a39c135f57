import type { EntryFormula, pointwiseLoss, pointwiseLossSum } from '@equipoise/core';

/** The functions of core that compute with a formula. */
export interface Pointwise {
  /** Gives the losses. */
  readonly pointwiseLoss: typeof pointwiseLoss;
  /** Gives their sum. */
  readonly pointwiseLossSum: typeof pointwiseLossSum;
}

/**
 * Core, but for noting the formulas that losses compute with, so that {@link formulaAgrees} tests those, not copies of them. For a mock of
 * the module, in vitest:
 *
 * `vi.mock('@equipoise/core', async (original) => recordingFormulas(await original(), seen))`
 *
 * @param core the module's exports.
 * @param seen gets each formula, in order.
 */
export function recordingFormulas<Core extends Pointwise>(core: Core, seen: EntryFormula[]): Core {
  return {
    ...core,
    pointwiseLoss: ((formula, tensors) => {
      seen.push(formula);
      return core.pointwiseLoss(formula, tensors);
    }) satisfies Pointwise['pointwiseLoss'],
    pointwiseLossSum: ((formula, tensors, options) => {
      seen.push(formula);
      return core.pointwiseLossSum(formula, tensors, options);
    }) satisfies Pointwise['pointwiseLossSum'],
  };
}
