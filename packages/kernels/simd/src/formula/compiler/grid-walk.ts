import type { Code } from '../assembler/code.ts';
import type { Float, Mask } from '../lanes/lanes.ts';
import type { PlannedInput } from './plan.ts';

/** What a kernel does at each entry, and where a block ends. */
export interface Steps {
  /** What comes after the entry's instructions, for the first vector of a step, 0, or the next. */
  readonly entry: (code: Code, vector: number) => void;
  /** After each block of a row, if anything. */
  readonly block?: (code: Code) => void;
}

/** The loops over a grid, and the places that they are at. Vectors of a line are computed several at once. */
export interface GridWalk {
  /** Which lanes are entries that no earlier vector had; undefined where all are. */
  readonly fresh: Mask | undefined;
  input(input: PlannedInput): Float;
  column(): Float;
  /** Writes an address of this entry in a float32 array of the whole grid. */
  entryAddress(code: Code, array: number): void;
  /** Loops over the lines of the grid; `line` writes what is done with one. */
  lines(code: Code, line: () => void): void;
  /** A loop over the entries of a line, around what the lanes hold. */
  line(code: Code, steps: Steps): void;
}
