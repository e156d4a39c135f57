import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dodge } from '../../report/dodge.ts';

describe('dodge', () => {
  it('leaves names alone that do not collide', () => {
    expect(dodge([50, 10, 90], 15, 0, 100)).toEqual([50, 10, 90]);
  });

  it('parts names that collide about their middle', () => {
    expect(dodge([50, 50], 16, 0, 100)).toEqual([42, 58]);
  });

  it('keeps the order, the gap and the frame wherever they fit', () => {
    const wanted = fc.array(fc.double({ min: -50, max: 350, noNaN: true }), { minLength: 1, maxLength: 18 });
    fc.assert(
      fc.property(wanted, (wanted) => {
        const placed = dodge(wanted, 16, 0, 300);
        const order = wanted.map((_, at) => at).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
        const sorted = order.map((at) => placed[at] ?? Number.NaN);
        const gaps = sorted.slice(1).map((place, at) => place - (sorted[at] ?? Number.NaN));
        expect(Math.min(...sorted)).toBeGreaterThanOrEqual(-1e-9);
        expect(Math.max(...sorted)).toBeLessThanOrEqual(300 + 1e-9);
        expect(gaps.every((gap) => gap >= 16 - 1e-9)).toBe(true);
      }),
    );
  });
});
