import { demand } from '../errors.ts';
import type { AnchorGenerator } from './anchor-grid.ts';
import { anchorGrid } from './anchor-grid.ts';
import { baseAnchors } from './base-anchors.ts';

/** Options of {@link ssdAnchors}. */
export interface SsdAnchorsOptions {
  /** How far the cells of each level are apart, pixels. */
  readonly strides: readonly number[];
  /** For each level the ratios r > 1 besides 1; each gives an anchor of ratio 1/r and one of r. */
  readonly ratios: readonly (readonly number[])[];
  /** Side of the square input, pixels. Default 300. */
  readonly inputSize?: number | undefined;
  /**
   * Base sizes relative to the input from the second level to the last. Default [.15, .9]. The first level's sizes are known for inputs of
   * 300 (.15 COCO, .2 VOC) and 512 (.1 COCO, .15 VOC); for others give `minSizes` and `maxSizes`.
   */
  readonly basesizeRatioRange?: readonly [smallest: number, largest: number] | undefined;
  /** Side of the small square anchor of each level, pixels. With `maxSizes`; overrides `basesizeRatioRange`. */
  readonly minSizes?: readonly number[] | undefined;
  /** A second square anchor has side √(minSize · maxSize). */
  readonly maxSizes?: readonly number[] | undefined;
}

/** Sizes of the first level in percent, by input size and smallest ratio in percent. */
const FIRST_LEVEL: Readonly<Record<string, readonly [min: number, max: number]>> = {
  '300/15': [7, 15],
  '300/20': [10, 20],
  '512/10': [4, 10],
  '512/15': [7, 15],
};

/**
 * The default boxes of SSD: in the middle of each cell a small and a large square, then pairs of ratio 1/r and r (height over width).
 *
 * Throws when lists differ in length, or the sizes of the first level are not known.
 *
 * Source: Liu et al. 2016, section 2.2; mmdet 3.3 `SSDAnchorGenerator` with `scale_major=False`, equal in float32.
 */
export function ssdAnchors(options: SsdAnchorsOptions): AnchorGenerator {
  const { strides, ratios } = options;
  const levels = strides.length;
  const { minSizes, maxSizes } = sizesOf(options);
  for (const [subject, list] of Object.entries({ ratios, minSizes, maxSizes })) {
    demand(list.length === levels, {
      package: '@equipoise/core',
      subject: `option ${subject}`,
      expected: `one entry for each of ${levels} strides`,
      actual: list,
    });
  }
  return anchorGrid(
    strides.map((stride, level) => {
      const [min, max] = [minSizes[level]!, maxSizes[level]!];
      const base = baseAnchors({
        baseSize: min,
        scales: [1, Math.sqrt(max / min)],
        ratios: [1, ...ratios[level]!.flatMap((r) => [1 / r, r])],
        centre: [stride / 2, stride / 2],
        scaleMajor: false,
      });
      return { stride: [stride, stride], base: largeSquareSecond(base) };
    }),
  );
}

/** Of anchors by scale and ratio: all of the first scale, after whose first comes the first of the second scale. */
function largeSquareSecond(base: Float32Array): Float32Array {
  const half = base.length / 2;
  return Float32Array.from([...base.slice(0, 4), ...base.slice(half, half + 4), ...base.slice(4, half)]);
}

function sizesOf(options: SsdAnchorsOptions): { minSizes: readonly number[]; maxSizes: readonly number[] } {
  const { strides, inputSize = 300, basesizeRatioRange = [0.15, 0.9], minSizes, maxSizes } = options;
  if (minSizes && maxSizes) return { minSizes, maxSizes };
  demand(!minSizes && !maxSizes, {
    package: '@equipoise/core',
    subject: 'option minSizes',
    expected: 'to come with maxSizes',
    actual: { minSizes, maxSizes },
  });
  const [smallest, largest] = [
    Math.trunc(basesizeRatioRange[0] * 100),
    Math.trunc(basesizeRatioRange[1] * 100),
  ];
  const step = Math.trunc((largest - smallest) / (strides.length - 2));
  const first = FIRST_LEVEL[`${inputSize}/${smallest}`];
  demand(first !== undefined && strides.length > 2 && step > 0, {
    package: '@equipoise/core',
    subject: 'option basesizeRatioRange',
    expected: 'sizes known for more than two levels (300: .15, .2; 512: .1, .15), or minSizes and maxSizes',
    actual: { inputSize, basesizeRatioRange, levels: strides.length },
  });
  const percents: (readonly [number, number])[] = [first];
  for (let percent = smallest; percent <= largest; percent += step) percents.push([percent, percent + step]);
  const size = (percent: number): number => Math.trunc((inputSize * percent) / 100);
  return { minSizes: percents.map(([min]) => size(min)), maxSizes: percents.map(([, max]) => size(max)) };
}
