import type { Code } from '../assembler/code.ts';
import type { Float, Lanes } from '../lanes/lanes.ts';
import type { Locals } from '../lanes/locals.ts';
import type { GridWalk, Steps } from './grid-walk.ts';

/** What the code of a purpose is written with. */
export interface Context {
  readonly lanes: Lanes;
  readonly locals: Locals;
  readonly grid: GridWalk;
  /** The parameters that say where results go. */
  readonly results: readonly number[];
}

/** What becomes of a program's outputs. */
export interface Consumer {
  readonly steps: Steps;
  /** Leaves the function's result on the stack. */
  readonly end?: (code: Code) => void;
}

/** Writes what a kernel of one purpose does with the outputs. */
export type Consume = (context: Context, outputs: readonly Float[]) => Consumer;

/** Stores each output at its place of the grid. */
export function storeAll(code: Code, { lanes, grid, results }: Context, outputs: readonly Float[]): void {
  outputs.forEach((output, i) =>
    lanes.target.store(code, () => grid.entryAddress(code, results[i]!), output.local),
  );
}
