import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identityOrder, orderByKey, orderByScore, startsByKey } from '../src/evaluation/stable-order.ts';

test('scores of any size and sign are sorted as a stable sort would', () => {
  const score = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, -0, 0.5, -0.5, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE),
  );
  fc.assert(
    fc.property(fc.array(score, { maxLength: 60 }), (scores) => {
      const start = identityOrder(scores.length);
      const sorted = orderByScore(start, Float64Array.from(scores));
      const expected = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);
      expect([...sorted]).toStrictEqual(expected);
      expect([...start]).toStrictEqual([...scores.keys()]);
    }),
    { numRuns: 500 },
  );
});

test('keys are sorted stably and their runs found', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(6)), (keys) => {
      const column = Int32Array.from(keys);
      const sorted = orderByKey(identityOrder(keys.length), column, 7);
      expect([...sorted]).toStrictEqual([...keys.keys()].sort((a, b) => keys[a]! - keys[b]! || a - b));
      const starts = startsByKey(sorted, column, 7);
      for (let key = 0; key < 7; key += 1) {
        expect(starts[key + 1]! - starts[key]!).toBe(keys.filter((other) => other === key).length);
      }
    }),
  );
});
