import { expect, test } from 'vitest';
import { TimeLeft } from '../../throughput/time-left.ts';
import { duration } from '../../report/words.ts';

test('nothing is said before something is done', () => {
  expect(new TimeLeft().of([1, 2])).toBe(undefined);
});

test('a case costs so much, and so much a unit of its size', () => {
  const left = new TimeLeft();
  for (const size of [0, 10, 40]) left.add({ size, ms: 3000 + 7 * size });
  expect(left.of([100, 1000])).toBeCloseTo(3700 + 10_000);
  expect(left.of([])).toBe(0);
});

test('cases of one size, or larger ones that were quicker, say the mean', () => {
  const left = new TimeLeft();
  left.add({ size: 5, ms: 100 });
  left.add({ size: 5, ms: 300 });
  expect(left.of([500, 1])).toBeCloseTo(400);
  left.add({ size: 50, ms: 20 });
  expect(left.of([500])).toBeCloseTo(140);
});

test.each([
  [0, '0 s'],
  [1200, '2 s'],
  [59_600, '1 min'],
  [3_570_000, '1 h 0 min'],
  [4_800_000, '1 h 20 min'],
])('%d ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
