import { expect, test } from 'vitest';
import { logFrame } from '../../report/log-frame.ts';

test.each([
  ['a decade', [2, 9], 0.15, [2, 5, 10]],
  ['two decades', [2, 150], 0.15, [3, 10, 30, 100]],
  ['two decades where labels need room', [2, 150], 0.3, [10, 100]],
  ['four decades', [1, 1e4], 0.15, [1, 10, 100, 1000, 1e4]],
  ['six decades where labels need room', [0.1, 1e5], 0.3, [1, 100, 1e4]],
  ['nothing', [], 0.15, [1, 10]],
])('%s', (_, values, apart, ticks) => {
  const frame = logFrame(values, apart);
  expect(frame.ticks.map((tick) => Number(tick.toPrecision(6)))).toEqual(ticks);
  expect(values.every((value) => value > frame.domain[0] && value < frame.domain[1])).toBe(true);
});

test('ticks are as far apart as their labels need', () => {
  for (const high of [1, 3, 8, 40, 200, 5000, 1e5, 1e7])
    for (const apart of [0.1, 0.15, 0.25, 0.4]) {
      const { domain, ticks } = logFrame([0.7, high], apart);
      const at = ticks.map((tick) => Math.log(tick / domain[0]) / Math.log(domain[1] / domain[0]));
      for (const [i, place] of at.slice(1).entries())
        expect(place - at[i]!).toBeGreaterThanOrEqual(apart - 1e-9);
    }
});
