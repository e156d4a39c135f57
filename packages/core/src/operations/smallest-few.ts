/** The few smallest of many values: each with its index, ascending, equal values by the order in which they came. */
export class SmallestFew {
  count = 0;
  readonly values: Float32Array;
  readonly indices: Int32Array;

  constructor(capacity: number) {
    this.values = new Float32Array(capacity);
    this.indices = new Int32Array(capacity);
  }

  /** Forgets all. */
  clear(): void {
    this.count = 0;
  }

  /** Takes the value if it is among the smallest so far. It must be a float32 number. */
  offer(value: number, index: number): void {
    const { values, indices } = this;
    if (this.count === values.length) {
      if (this.count === 0 || !(value < values[this.count - 1]!)) return;
    } else {
      this.count += 1;
    }
    let at = this.count - 1;
    for (; at > 0 && values[at - 1]! > value; at -= 1) {
      values[at] = values[at - 1]!;
      indices[at] = indices[at - 1]!;
    }
    values[at] = value;
    indices[at] = index;
  }
}
