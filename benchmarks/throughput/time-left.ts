/** Work that was done: its size, and how long it took. */
interface Done {
  readonly size: number;
  readonly ms: number;
}

/** How long the rest of a list of cases will take, from those done: a case costs so much, and so much a unit of its size. */
export class TimeLeft {
  readonly #done: Done[] = [];

  /** A case was measured; one that was known already says nothing. */
  add(done: Done): void {
    this.#done.push(done);
  }

  /** Milliseconds that cases of these sizes will take; undefined before the first is done. */
  of(sizes: readonly number[]): number | undefined {
    if (this.#done.length === 0) return undefined;
    const [size, ms] = [mean(this.#done.map((done) => done.size)), mean(this.#done.map((done) => done.ms))];
    const spread = mean(this.#done.map((done) => (done.size - size) ** 2));
    const together = mean(this.#done.map((done) => (done.size - size) * (done.ms - ms)));
    // A line through what was seen; larger cases are never quicker.
    const slope = spread > 0 ? Math.max(0, together / spread) : 0;
    return sizes.reduce((sum, of) => sum + Math.max(0, ms + slope * (of - size)), 0);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
