import { describe, expect, it } from 'vitest';
import { SmallestFew } from '../../src/operations/smallest-few.ts';
import { uniform } from '../boxes/support.ts';

describe('SmallestFew', () => {
  it('holds the smallest in ascending order, equal values by the order in which they came', () => {
    const next = uniform(3);
    for (let round = 0; round < 200; round += 1) {
      const values = Array.from({ length: Math.floor(next() * 30) }, () => Math.floor(next() * 6));
      const capacity = Math.floor(next() * 8);
      const few = new SmallestFew(capacity);
      few.offer(-1, 99);
      few.clear();
      for (const [i, value] of values.entries()) few.offer(value, i);
      const expected = values
        .map((_, i) => i)
        .toSorted((a, b) => values[a]! - values[b]! || a - b)
        .slice(0, capacity);
      expect(Array.from(few.indices.subarray(0, few.count))).toEqual(expected);
      expect(Array.from(few.values.subarray(0, few.count))).toEqual(expected.map((i) => values[i]));
    }
  });
});
