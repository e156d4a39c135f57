/**
 * The places of the k smallest values, as a set, with the ties of `torch.topk(values, k, largest=False)` on the CPU: torch 2 runs
 * `std::partial_sort` where 64 k ≤ n, else `std::nth_element`, whose order of equal values is that of libstdc++. It is no order that anyone
 * would want, but presets repeat it. Values must not be NaN; 0 ≤ k ≤ n.
 */
export function smallestAsTorch(values: Float32Array, k: number): Int32Array {
  const count = values.length;
  const queue = new Queue(values);
  if (k > 0 && k < count) {
    if (k * 64 <= count) queue.heapSelect(0, k, count);
    else queue.select(k - 1);
  }
  return queue.order.subarray(0, k);
}

/** Places in the making of an order by value; the names and steps are those of libstdc++'s `stl_algo.h` and `stl_heap.h`. */
class Queue {
  readonly order: Int32Array;
  readonly #values: Float32Array;

  constructor(values: Float32Array) {
    this.#values = values;
    this.order = Int32Array.from(values, (_, i) => i);
  }

  /** `__introselect`: the n-th smallest comes to its place, the smaller ones before it. */
  select(nth: number): void {
    let [first, last] = [0, this.order.length];
    let depth = 2 * Math.floor(Math.log2(last));
    while (last - first > 3) {
      if (depth === 0) {
        this.heapSelect(first, nth + 1, last);
        this.#swap(first, nth);
        return;
      }
      depth -= 1;
      const cut = this.#partition(first, last);
      if (cut <= nth) first = cut;
      else last = cut;
    }
    this.#insertionSort(first, last);
  }

  /** `__heap_select`: the smallest come before `middle`. */
  heapSelect(first: number, middle: number, last: number): void {
    const length = middle - first;
    for (let parent = Math.floor((length - 2) / 2); parent >= 0; parent -= 1) {
      this.#adjustHeap(first, parent, length, this.order[first + parent]!);
    }
    for (let i = middle; i < last; i += 1) {
      if (!this.#less(i, first)) continue;
      const place = this.order[i]!;
      this.order[i] = this.order[first]!;
      this.#adjustHeap(first, 0, length, place);
    }
  }

  #less(a: number, b: number): boolean {
    return this.#values[this.order[a]!]! < this.#values[this.order[b]!]!;
  }

  #swap(a: number, b: number): void {
    const moved = this.order[a]!;
    this.order[a] = this.order[b]!;
    this.order[b] = moved;
  }

  /** `__unguarded_partition_pivot`. */
  #partition(begin: number, end: number): number {
    this.#medianToFirst(begin, begin + 1, begin + Math.floor((end - begin) / 2), end - 1);
    let [first, last] = [begin + 1, end];
    for (;;) {
      while (this.#less(first, begin)) first += 1;
      last -= 1;
      while (this.#less(begin, last)) last -= 1;
      if (first >= last) return first;
      this.#swap(first, last);
      first += 1;
    }
  }

  #medianToFirst(result: number, a: number, b: number, c: number): void {
    if (this.#less(a, b)) {
      if (this.#less(b, c)) this.#swap(result, b);
      else this.#swap(result, this.#less(a, c) ? c : a);
    } else if (this.#less(a, c)) this.#swap(result, a);
    else this.#swap(result, this.#less(b, c) ? c : b);
  }

  #insertionSort(first: number, last: number): void {
    for (let i = first + 1; i < last; i += 1) {
      for (let at = i; at > first && this.#less(at, at - 1); at -= 1) this.#swap(at, at - 1);
    }
  }

  /** `__adjust_heap`, then `__push_heap`. */
  #adjustHeap(first: number, top: number, length: number, place: number): void {
    const { order } = this;
    let hole = top;
    let child = top;
    while (child < Math.floor((length - 1) / 2)) {
      child = 2 * (child + 1);
      if (this.#less(first + child, first + child - 1)) child -= 1;
      order[first + hole] = order[first + child]!;
      hole = child;
    }
    if (length % 2 === 0 && child === (length - 2) / 2) {
      child = 2 * (child + 1);
      order[first + hole] = order[first + child - 1]!;
      hole = child - 1;
    }
    const value = this.#values[place]!;
    while (hole > top) {
      const parent = Math.floor((hole - 1) / 2);
      if (!(this.#values[order[first + parent]!]! < value)) break;
      order[first + hole] = order[first + parent]!;
      hole = parent;
    }
    order[first + hole] = place;
  }
}
