import type { Code } from '../assembler/code.ts';
import type { ValueType } from '../assembler/opcodes.ts';

/** The parameters of a function, and the locals it turns out to need. */
export class Locals {
  readonly params: readonly ValueType[];
  readonly types: ValueType[] = [];
  /** How many vectors of entries are computed at once. */
  readonly vectors: number;
  /** The first vector's locals; those of the others follow each. */
  readonly #ofEntries = new Set<number>();

  constructor(params: readonly ValueType[], vectors: number) {
    this.params = params;
    this.vectors = vectors;
  }

  /** The index of a new local. It is 0 when the function begins. */
  add(type: ValueType): number {
    this.types.push(type);
    return this.params.length + this.types.length - 1;
  }

  /** A local of which every vector of entries has its own: what {@link each} writes names that of its vector. */
  addOfEntry(type: ValueType): number {
    const first = this.add(type);
    for (let vector = 1; vector < this.vectors; vector += 1) this.add(type);
    this.#ofEntries.add(first);
    return first;
  }

  /** Writes the same once for each vector, on that vector's locals. */
  each(code: Code, write: (vector: number) => void): void {
    for (let vector = 0; vector < this.vectors; vector += 1) {
      const own = (local: number): number => (this.#ofEntries.has(local) ? local + vector : local);
      code.renaming(own, () => write(vector));
    }
  }
}
