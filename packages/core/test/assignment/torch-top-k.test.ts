import { describe, expect, it } from 'vitest';
import { smallestAsTorch } from '../../src/operations/torch-top-k.ts';
import { uniform } from '../boxes/support.ts';

describe('smallestAsTorch', () => {
  it.each([
    // torch.topk(torch.zeros(n), 5, largest=False), as a set, on the CPU.
    [6, [0, 2, 3, 4, 5]],
    [2000, [0, 1, 2, 3, 4]],
  ])('takes what torch takes of %i equal values', (count, expected) => {
    expect(Array.from(smallestAsTorch(new Float32Array(count), 5)).toSorted((a, b) => a - b)).toEqual(
      expected,
    );
  });

  it.each([
    [20, 7, 3, 7, [0, 3, 6, 9, 12, 16, 19]],
    [54, 9, 4, 13, [0, 9, 13, 18, 22, 23, 27, 32, 36]],
    [700, 9, 5, 11, [0, 5, 12, 17, 19, 24, 31, 38, 43]],
    [
      333,
      40,
      6,
      17,
      [
        0, 16, 21, 36, 41, 46, 57, 62, 67, 72, 77, 82, 87, 92, 97, 108, 123, 143, 154, 159, 164, 169, 174,
        184, 210, 215, 220, 225, 251, 256, 261, 266, 271, 276, 281, 286, 291, 302, 307, 322,
      ],
    ],
  ])(
    'takes what torch 2.15 takes where many are equal: %i values, k = %i',
    (count, k, distinct, step, expected) => {
      const values = Float32Array.from({ length: count }, (_, i) => ((i * step) % 97) % distinct);
      expect(Array.from(smallestAsTorch(values, k)).toSorted((a, b) => a - b)).toEqual(expected);
    },
  );

  it('takes the smallest, each once', () => {
    const next = uniform(9);
    for (let round = 0; round < 200; round += 1) {
      const count = 1 + Math.floor(next() * 500);
      const k = Math.floor(next() * Math.min(count, 40));
      const distinct = round % 2 === 0 ? 5 : 1e6;
      const values = Float32Array.from({ length: count }, () => Math.floor(next() * distinct));
      const taken = Array.from(smallestAsTorch(values, k));
      expect(new Set(taken).size).toBe(k);
      const sorted = values.toSorted().subarray(0, k);
      expect(Float32Array.from(taken, (i) => values[i]!).toSorted()).toEqual(sorted);
    }
  });
});
