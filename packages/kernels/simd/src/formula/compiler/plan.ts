import type { Binding, Program } from '@equipoise/core';
import type { InputDtype, TargetName } from '../lanes/target.ts';

/** What a kernel does with the outputs of its program. */
export type Purpose = 'map' | 'sum' | 'histogram';

/**
 * How a kernel walks over the grid.
 *
 * - `rows`: row by row, a vector is part of a row; the last of a row overlaps the one before. Needs as many columns as the lanes of `vectors`.
 * - `scattered`: entry by entry, a vector spans rows and gathers what is bound to them. For few columns. Needs as many entries as those lanes.
 */
export type Walk = 'rows' | 'scattered';

/** A tensor that a kernel reads. */
export interface PlannedInput {
  readonly name: string;
  readonly binding: Binding;
  readonly dtype: InputDtype;
}

/** All that a compiled kernel depends on; the sizes of the grid are parameters of its function. */
export interface Plan {
  readonly purpose: Purpose;
  readonly program: Program;
  /** In the order of the parameters. */
  readonly inputs: readonly PlannedInput[];
  readonly walk: Walk;
  /** How many vectors are computed at once. */
  readonly vectors: number;
  readonly target: TargetName;
}
