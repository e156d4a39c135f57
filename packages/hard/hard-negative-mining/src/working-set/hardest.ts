/** An example of a data set with its margin. */
export interface ScoredExample {
  readonly index: number;
  readonly margin: number;
}

/** Keeps the `limit` examples of least margin among all that pass, in memory for twice as many. */
export class Hardest {
  /** How many examples passed. */
  seen = 0;
  readonly #limit: number;
  #held: ScoredExample[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(example: ScoredExample): void {
    this.seen += 1;
    this.#held.push(example);
    if (this.#held.length > 2 * this.#limit) this.#held = this.first(this.#limit);
  }

  /** The `count` of least margin, which is at most the limit; equal margins by lower index. */
  first(count: number): ScoredExample[] {
    return this.#held.toSorted((a, b) => a.margin - b.margin || a.index - b.index).slice(0, count);
  }
}
