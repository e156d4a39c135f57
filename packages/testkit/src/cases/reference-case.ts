/** A JSON value of a case file; numbers that JSON lacks are the strings "NaN", "Infinity" and "-Infinity". */
export type CaseValue =
  | number
  | string
  | boolean
  | null
  | readonly CaseValue[]
  | { readonly [key: string]: CaseValue };

/** Inputs of a reference implementation, and what it made of them. */
export interface ReferenceCase {
  readonly name: string;
  readonly source: string;
  readonly inputs: Readonly<Record<string, CaseValue>>;
  readonly outputs: Readonly<Record<string, CaseValue>>;
}

/** How our side computes the outputs of a case. */
export interface CaseOperation {
  /** Outputs that must be equal, not near: indices, selections, labels, counts. */
  readonly exact?: readonly string[];
  /**
   * Gives every output of the case under its name, at its nesting. A case of several steps (`outputs.steps`) holds its inputs in the
   * steps: give a list with the computed entries of each; entries that are inputs may be left out if `echoes` names them.
   */
  run(reference: ReferenceCase): Outputs | Promise<Outputs>;
  /** Entries of `outputs` that are inputs of a step. */
  readonly echoes?: readonly string[];
}

/** What an operation gives: numbers, nested lists of them, typed arrays, records. `null` where the reference gives null. */
export type Output = number | boolean | string | null | ArrayLike<number> | readonly Output[] | Outputs;
/** Outputs by name. */
export interface Outputs {
  readonly [name: string]: Output;
}

/** Operations by the stem of the case names they run: `mmdet_ghmc` runs `mmdet_ghmc_b10_m0`. The longest stem that fits decides. */
export type CaseOperations = Readonly<Record<string, CaseOperation>>;
