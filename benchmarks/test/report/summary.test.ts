import { describe, expect, it } from 'vitest';
import { interval, spread, welch } from '../../report/spread.ts';
import { summarize } from '../../report/summary.ts';
import type { RunResult } from '../../training/result.ts';
import { run } from './synthetic.ts';

function runs(strategy: string, ...aps: number[]): RunResult[] {
  return aps.map((ap, seed) => run({ strategy, seed, ap }));
}

describe('spread', () => {
  it('divides by n − 1', () => {
    // Squares about 5: 9, 1, 1, 1, 0, 0, 4, 16 = 32; 32 / 7.
    expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, sd: Math.sqrt(32 / 7), n: 8 });
  });

  it('knows no deviation of one value', () => {
    expect(spread([7])).toEqual({ mean: 7, sd: null, n: 1 });
  });
});

describe('welch', () => {
  it('agrees with a calculation by hand', () => {
    // t = −2 / √(1/3 + 1/3) = −2.4495 with 4 degrees of freedom; with x = 4 / (4 + t²) = .4,
    // p = 1 − (1 + x / 2) √(1 − x) = 1 − 1.2 √.6.
    expect(welch([1, 2, 3], [3, 4, 5])).toBeCloseTo(1 - 1.2 * Math.sqrt(0.6), 6);
  });

  it('is certain without variance, and silent of one value', () => {
    expect(welch([3, 3], [3, 3])).toBe(1);
    expect(welch([3, 3], [4, 4])).toBe(0);
    expect(welch([3], [4, 5])).toBeNull();
  });
});

describe('interval', () => {
  it("is Student's", () => {
    // t(.975, 2) = 4.30265, standard error 1 / √3.
    const half = 4.302_652_73 / Math.sqrt(3);
    const [low, high] = interval([1, 2, 3]) ?? [0, 0];
    expect(low).toBeCloseTo(2 - half, 6);
    expect(high).toBeCloseTo(2 + half, 6);
  });

  it('has no width without variance, and is unknown of one value', () => {
    expect(interval([4, 4, 4])).toEqual([4, 4]);
    expect(interval([4])).toBeNull();
  });
});

describe('summarize', () => {
  it('sorts by mean AP and judges each difference from the best', () => {
    const summary = summarize([
      ...runs('poor', 10, 11, 12),
      ...runs('best', 40, 41, 42),
      ...runs('close', 39, 41, 42),
    ]);
    expect(summary.map(({ strategy, verdict }) => [strategy, verdict])).toEqual([
      ['best', 'best'],
      ['close', 'within noise'],
      ['poor', 'worse'],
    ]);
    expect(summary[0]?.pValue).toBeNull();
    expect(summary[0]?.ap).toEqual({ mean: 41, sd: 1, n: 3 });
    expect(summary[2]?.pValue).toBeLessThan(0.001);
  });

  it('tells nothing from one seed', () => {
    const summary = summarize([...runs('a', 10), ...runs('b', 40)]);
    expect(summary.map(({ strategy, verdict, pValue }) => [strategy, verdict, pValue])).toEqual([
      ['b', 'unknown', null],
      ['a', 'unknown', null],
    ]);
    const [, single] = summarize([...runs('a', 10), ...runs('b', 40, 41)]);
    expect(single?.verdict).toBe('unknown');
  });

  it('judges runs without variance', () => {
    const summary = summarize([...runs('b', 5, 5), ...runs('a', 5, 5), ...runs('c', 4, 4)]);
    expect(summary.map(({ strategy, verdict, pValue }) => [strategy, verdict, pValue])).toEqual([
      ['a', 'best', null],
      ['b', 'within noise', 1],
      ['c', 'worse', 0],
    ]);
  });

  it('averages times and counts over the seeds', () => {
    const [summary] = summarize([
      run({ stepMs: 100, strategyMs: 10, positives: 5, negatives: 15 }),
      run({ seed: 1, stepMs: 300, strategyMs: 20, positives: 7, negatives: 21 }),
    ]);
    expect(summary).toMatchObject({ stepMs: 200, strategyMs: 15, positives: 6, negatives: 18 });
  });

  it('summarizes nothing to nothing', () => {
    expect(summarize([])).toEqual([]);
  });
});
