import ttest2 from '@stdlib/stats-ttest2';
import type { Spread } from '../training/result.ts';

/** Mean and standard deviation (n − 1) of some values; the deviation of a single one is unknown. */
export function spread(values: readonly number[]): Spread {
  const n = values.length;
  const mean = average(values);
  if (n < 2) return { mean, sd: null, n };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (n - 1)), n };
}

/** The arithmetic mean; 0 of nothing. */
export function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Welch's two-sided p that two samples have the same mean; null where either has fewer than two values.
 * Samples without any variance leave no doubt: 1 where they agree, 0 where they differ.
 */
export function welch(a: readonly number[], b: readonly number[]): number | null {
  if (a.length < 2 || b.length < 2) return null;
  if (isConstant(a) && isConstant(b)) return a[0] === b[0] ? 1 : 0;
  return ttest2([...a], [...b]).pValue;
}

/** The 95 % confidence interval of the mean, after Student; null for fewer than two values. */
export function interval(values: readonly number[]): readonly [low: number, high: number] | null {
  if (values.length < 2) return null;
  const mean = average(values);
  if (isConstant(values)) return [mean, mean];
  // Against a sample of zeros, which has no variance, Welch's interval is Student's of the one sample.
  const [low, high] = ttest2([...values], [0, 0]).ci;
  return [low ?? mean, high ?? mean];
}

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}
