import type { Given } from '@equipoise/core';
import { checkOptions, demand, numberOption } from '@equipoise/core';
import { Hardest } from './hardest.ts';

/** Options of {@link workingSet}. */
export interface WorkingSetOptions {
  /** The most examples that the set holds, an integer ≥ 1. Default 10,000. */
  readonly budget: number;
  /**
   * An example whose margin is below this is hard, above it easy. Default 1, the hinge loss of a margin classifier; for a network with
   * `classMargins`, 0 takes false positives alone, and ln((1 - p) / p) every background that it gives a probability above p.
   */
  readonly margin: number;
  /** How far a margin must be off to count, ≥ 0: as exact as the training is. Default .001. */
  readonly tolerance: number;
}

/** What a {@link workingSet} starts with: indices into the data set. */
export interface WorkingSetMembers {
  /** Always in the set: the positives, as a rule. Count in the budget. */
  readonly fixed?: Iterable<number>;
  /** In the set at first: negatives at random, as a rule. */
  readonly initial?: Iterable<number>;
}

/** Margins of some examples of the data set, such as all windows of one image. */
export interface MarginBatch {
  readonly indices: ArrayLike<number>;
  readonly margins: ArrayLike<number>;
}

/** What an update did. */
export interface WorkingSetChange {
  /** Hard examples that came in. */
  readonly added: number;
  /** Easy examples that left. */
  readonly removed: number;
  /** Hard examples that found no room. Where nothing was added either, the budget is too small to converge. */
  readonly leftOut: number;
}

/** A working set as JSON. */
export interface WorkingSetCheckpoint {
  readonly options: WorkingSetOptions;
  readonly fixed: readonly number[];
  readonly others: readonly number[];
  readonly rounds: number;
  readonly converged: boolean;
}

/** A bounded set of training examples, mined between trainings. */
export interface WorkingSet {
  /** Options in force. */
  readonly options: WorkingSetOptions;
  /** What to train on next: indices into the data set, ascending. */
  readonly indices: Int32Array;
  /** How many updates there were. */
  readonly rounds: number;
  /** Whether the last update found no hard example outside of the set: what was trained on it is trained on all. */
  readonly converged: boolean;
  /**
   * Takes the margins y·f(x) of a whole pass over the data set under the classifier that was trained on the set: `margins[i]` is that
   * of example i. Drops easy examples, adds hard ones, hardest first, while there is room.
   *
   * @throws EquipoiseError for a margin that is NaN.
   */
  update(margins: ArrayLike<number>): WorkingSetChange;
  /**
   * The same for a data set too large for one array, batch after batch; memory is bounded by the budget. Examples that do not come by
   * stay as they are. Nothing changes where the stream fails.
   */
  updateFrom(batches: Iterable<MarginBatch> | AsyncIterable<MarginBatch>): Promise<WorkingSetChange>;
  /** Everything there is to know, as JSON. */
  save(): WorkingSetCheckpoint;
}

/**
 * Hard-negative mining between trainings (bootstrapping): train on the set, score all data, drop what is easy, add what is hard, and again,
 * until no hard example is left outside. With a margin classifier trained to its optimum this ends, and at the optimum for all data.
 * Felzenszwalb et al. 2010 §4.4–4.5 (deformable part models); Sung and Poggio 1994.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, an index that is none, or more members than the budget holds.
 * @example
 * import { workingSet } from '@equipoise/hard-negative-mining';
 *
 * const examples = [-2, 2, 0.5, -0.1, 1.7]; // the data set; here the margins never change
 * const set = workingSet({ budget: 3 }, { fixed: [0], initial: [1] });
 * while (!set.converged) {
 *   const trained = set.indices; // train a classifier on these
 *   set.update(examples); // its margins y·f(x) of all
 * }
 * console.log([...set.indices]); // → [0, 2, 3]
 */
export function workingSet(
  options: Given<WorkingSetOptions> = {},
  { fixed = [], initial = [] }: WorkingSetMembers = {},
): WorkingSet {
  return new MinedSet(inForce(options), new Set(fixed), new Set(initial), 0, false);
}

/**
 * Goes on from a checkpoint as if there had been no break.
 *
 * @throws EquipoiseError for a checkpoint whose options or members are not allowed.
 */
export function restoreWorkingSet(checkpoint: WorkingSetCheckpoint): WorkingSet {
  const { options, fixed, others, rounds, converged } = checkpoint;
  return new MinedSet(inForce(options), new Set(fixed), new Set(others), rounds, converged);
}

function inForce(options: Given<WorkingSetOptions>): WorkingSetOptions {
  return checkOptions<WorkingSetOptions>(
    '@equipoise/hard-negative-mining',
    {
      budget: numberOption(10_000, { min: 1, integer: true }),
      margin: numberOption(1),
      tolerance: numberOption(0.001, { min: 0 }),
    },
    options,
  );
}

class MinedSet implements WorkingSet {
  readonly options: WorkingSetOptions;
  rounds: number;
  converged: boolean;
  readonly #fixed: ReadonlySet<number>;
  /** Members that may leave. */
  readonly #others: Set<number>;

  constructor(
    options: WorkingSetOptions,
    fixed: ReadonlySet<number>,
    others: ReadonlySet<number>,
    rounds: number,
    converged: boolean,
  ) {
    this.options = options;
    this.rounds = rounds;
    this.converged = converged;
    this.#fixed = fixed;
    this.#others = new Set(others);
    for (const index of fixed) this.#others.delete(index);
    for (const index of [...fixed, ...others]) demandIndex(index);
    demand(this.#size <= options.budget, {
      package: '@equipoise/hard-negative-mining',
      subject: 'members of the working set',
      expected: `at most ${options.budget}, the budget`,
      actual: this.#size,
    });
  }

  get indices(): Int32Array {
    return Int32Array.from([...this.#fixed, ...this.#others]).toSorted();
  }

  get #size(): number {
    return this.#fixed.size + this.#others.size;
  }

  update(margins: ArrayLike<number>): WorkingSetChange {
    const pass = this.#pass();
    for (let i = 0; i < margins.length; i += 1) pass.see(i, margins[i]!);
    return pass.end();
  }

  async updateFrom(batches: Iterable<MarginBatch> | AsyncIterable<MarginBatch>): Promise<WorkingSetChange> {
    const pass = this.#pass();
    for await (const { indices, margins } of batches) {
      demand(indices.length === margins.length, {
        package: '@equipoise/hard-negative-mining',
        subject: 'margins of a batch',
        expected: `${indices.length}, one an index`,
        actual: margins.length,
      });
      for (let i = 0; i < indices.length; i += 1) pass.see(indices[i]!, margins[i]!);
    }
    return pass.end();
  }

  save(): WorkingSetCheckpoint {
    const ascending = (indices: ReadonlySet<number>): number[] => [...indices].toSorted((a, b) => a - b);
    return {
      options: { ...this.options },
      fixed: ascending(this.#fixed),
      others: ascending(this.#others),
      rounds: this.rounds,
      converged: this.converged,
    };
  }

  /** One pass over the data: nothing changes before its end. */
  #pass(): { see(index: number, margin: number): void; end(): WorkingSetChange } {
    const { budget, margin: limit, tolerance } = this.options;
    const easy = new Set<number>();
    const hard = new Hardest(budget - this.#fixed.size);
    const see = (index: number, margin: number): void => {
      demandIndex(index);
      demand(!Number.isNaN(margin), {
        package: '@equipoise/hard-negative-mining',
        subject: `margin of example ${index}`,
        expected: 'a number',
        actual: margin,
      });
      if (this.#others.has(index)) {
        if (margin > limit + tolerance) easy.add(index);
      } else if (margin < limit - tolerance && !this.#fixed.has(index)) {
        hard.add({ index, margin });
      }
    };
    const end = (): WorkingSetChange => {
      for (const index of easy) this.#others.delete(index);
      const added = hard.first(Math.max(0, budget - this.#size));
      for (const { index } of added) this.#others.add(index);
      this.rounds += 1;
      this.converged = hard.seen === 0;
      return { added: added.length, removed: easy.size, leftOut: hard.seen - added.length };
    };
    return { see, end };
  }
}

function demandIndex(index: number): void {
  demand(Number.isInteger(index) && index >= 0, {
    package: '@equipoise/hard-negative-mining',
    subject: 'index of an example',
    expected: 'an integer ≥ 0',
    actual: index,
  });
}
