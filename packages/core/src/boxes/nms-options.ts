import { demand } from '../errors.ts';
import type { Given, OptionSpec } from '../options.ts';
import { checkOptions, numberOption } from '../options.ts';
import { LOWEST_SCORE } from '../operations/lowest-score.ts';

/** Options of non-maximum suppression. */
export interface NmsOptions {
  /** A box goes if its IoU with a kept one is greater (strictly). In [0, 1]. Default .5. */
  readonly iouThreshold: number;
  /** Only scores greater than this (strictly) are kept. Default: all but NaN and -Infinity. */
  readonly scoreThreshold: number;
  /**
   * How many boxes come out at most, and the length of `indices`. Default: as many as go in. On a device without host memory (WebGPU)
   * the work is one round per box that may come out: give a bound there.
   */
  readonly maxOutput: number;
  /** 1 for the legacy width x2 - x1 + 1 of Caffe and mmdet 1, else 0 (default). */
  readonly offset: 0 | 1;
}

/** Options of {@link NmsOptions} and the bound of a class. */
export interface BatchedNmsOptions extends NmsOptions {
  /** How many classes there are; classes run from 0. */
  readonly classCount: number;
  /** How many boxes of one class come out at most. Default `maxOutput`. */
  readonly maxPerClass: number;
}

/** Checked options with every default filled in, for `count` boxes. */
export function nmsOptions(options: Given<NmsOptions>, count: number): NmsOptions {
  return checkOptions<NmsOptions>('@equipoise/core', specs(count), options);
}

/** The same without `offset`. */
export function nmsOptionsWithoutOffset(
  options: Given<Omit<NmsOptions, 'offset'>>,
  count: number,
): Omit<NmsOptions, 'offset'> {
  const { iouThreshold, scoreThreshold, maxOutput } = specs(count);
  return checkOptions<Omit<NmsOptions, 'offset'>>(
    '@equipoise/core',
    { iouThreshold, scoreThreshold, maxOutput },
    options,
  );
}

/** Checked options with every default filled in, for `count` boxes. */
export function batchedNmsOptions(
  options: Given<BatchedNmsOptions> & Pick<BatchedNmsOptions, 'classCount'>,
  count: number,
): BatchedNmsOptions {
  demand(Number.isInteger(options.classCount) && options.classCount > 0, {
    package: '@equipoise/core',
    subject: 'option classCount',
    expected: 'an integer ≥ 1',
    actual: options.classCount,
  });
  const perClass = numberOption(options.maxOutput ?? count, { min: 0, integer: true });
  return checkOptions<BatchedNmsOptions>(
    '@equipoise/core',
    { ...specs(count), classCount: numberOption(1, { min: 1, integer: true }), maxPerClass: perClass },
    options,
  );
}

function specs(count: number): { readonly [K in keyof NmsOptions]-?: OptionSpec<NmsOptions[K]> } {
  return {
    iouThreshold: numberOption(0.5, { min: 0, max: 1 }),
    scoreThreshold: numberOption(LOWEST_SCORE),
    maxOutput: numberOption(count, { min: 0, integer: true }),
    offset: { default: 0, expected: '0 or 1', accepts: (value) => value === 0 || value === 1 },
  };
}
