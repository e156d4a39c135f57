import type { Expression, OptionSpec } from '@equipoise/core';
import { formula, numberOption } from '@equipoise/core';

/** How a number u in (0, 1] becomes a weight, (β + (1 − β) u)ᵏ. */
export interface ImportanceOptions {
  /** The power k, ≥ 0: how steeply weights fall with the rank; 0 weighs all alike. */
  readonly k: number;
  /** The weight β of the least important sample before the power, in [0, 1]. */
  readonly bias: number;
}

/** The checks of {@link ImportanceOptions}, with a paper's defaults. */
export function importanceOptions(
  k: number,
  bias: number,
): { k: OptionSpec<number>; bias: OptionSpec<number> } {
  return { k: numberOption(k, { min: 0 }), bias: numberOption(bias, { min: 0, max: 1 }) };
}

/** (β + (1 − β) u)ᵏ of u ≥ 0. */
export function importance(u: Expression, { k, bias }: ImportanceOptions): Expression {
  return formula.power(formula.add(formula.mul(u, 1 - bias), bias), k);
}
