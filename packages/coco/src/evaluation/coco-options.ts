import { DataError, show } from '../data-error.ts';
import type { Id } from './inputs.ts';

/** Which boxes an area range takes: smallest and largest area in square pixels, both included. */
export type AreaRange = readonly [least: number, most: number];

/** How {@link evaluateCoco} evaluates. */
export interface CocoOptions {
  /** IoU from which a detection counts as right. Default 0.5, 0.55, …, 0.95. */
  readonly iouThresholds?: readonly number[];
  /** Recalls at which precision is read, ascending. Default 0, 0.01, …, 1. */
  readonly recallThresholds?: readonly number[];
  /** Default all (to 1e10), small (to 32²), medium (32² to 96²) and large (from 96²). */
  readonly areaRanges?: Readonly<Record<string, AreaRange>>;
  /** Detections an image and category that are looked at, best first. Default 1, 10, 100. */
  readonly maxDetections?: readonly number[];
  /** Images to evaluate. Default all of the ground truth. */
  readonly imageIds?: readonly Id[];
  /** Categories to evaluate. Default all of the ground truth. */
  readonly categoryIds?: readonly Id[];
  /** True: categories do not matter (pycocotools `useCats = 0`). Default false. */
  readonly classAgnostic?: boolean;
  /**
   * `corrected` (default), or `pycocotools`: number for number COCOeval 2.0.11, including that a detection matched to the
   * annotation with id 0 counts as unmatched and that an annotation's `ignore` is overwritten by `iscrowd`.
   */
  readonly preset?: 'corrected' | 'pycocotools';
}

/** {@link CocoOptions} in force. */
export interface CocoSettings {
  readonly iouThresholds: readonly number[];
  readonly recallThresholds: readonly number[];
  readonly areaNames: readonly string[];
  readonly areaRanges: readonly AreaRange[];
  /** Ascending. */
  readonly maxDetections: readonly number[];
  readonly classAgnostic: boolean;
  readonly preset: 'corrected' | 'pycocotools';
}

const defaultAreas: Readonly<Record<string, AreaRange>> = {
  all: [0, 1e10],
  small: [0, 32 ** 2],
  medium: [32 ** 2, 96 ** 2],
  large: [96 ** 2, 1e10],
};

const known = new Set([
  'iouThresholds',
  'recallThresholds',
  'areaRanges',
  'maxDetections',
  'imageIds',
  'categoryIds',
  'classAgnostic',
  'preset',
]);

/**
 * Fills in the defaults.
 *
 * @throws DataError for an unknown option, an empty list or a value out of range
 */
export function cocoSettings(options: CocoOptions): CocoSettings {
  for (const name of Object.keys(options))
    check(known.has(name), name, `one of ${[...known].join(', ')}`, name);
  const preset = options.preset ?? 'corrected';
  check(preset === 'corrected' || preset === 'pycocotools', 'preset', '"corrected" or "pycocotools"', preset);
  const iouThresholds = list('iouThresholds', options.iouThresholds ?? linspace(0.5, 0.95, 10));
  const recallThresholds = list('recallThresholds', options.recallThresholds ?? linspace(0, 1, 101));
  const ascending = recallThresholds.every((value, i) => i === 0 || recallThresholds[i - 1]! <= value);
  check(ascending, 'recallThresholds', 'ascending numbers', recallThresholds);
  const maxDetections = list('maxDetections', options.maxDetections ?? [1, 10, 100]).toSorted(
    (a, b) => a - b,
  );
  const whole = maxDetections.every((value) => Number.isInteger(value) && value > 0);
  check(whole, 'maxDetections', 'integers > 0', maxDetections);
  const areas = Object.entries(options.areaRanges ?? defaultAreas);
  check(areas.length > 0, 'areaRanges', 'at least one range', {});
  for (const [name, range] of areas) {
    const pair =
      range.length === 2 && range.every((value) => typeof value === 'number' && !Number.isNaN(value));
    check(pair, `areaRanges.${name}`, '[least, most]', range);
  }
  return {
    iouThresholds,
    recallThresholds,
    areaNames: areas.map(([name]) => name),
    areaRanges: areas.map(([, range]) => range),
    maxDetections,
    classAgnostic: options.classAgnostic ?? false,
    preset,
  };
}

/** `count` evenly spaced numbers, with numpy's rounding: thresholds such as 0.6000000000000001 decide ties. */
export function linspace(first: number, last: number, count: number): number[] {
  const step = (last - first) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? last : i * step + first));
}

function list(name: string, values: readonly number[]): readonly number[] {
  const right = Array.isArray(values) && values.length > 0 && values.every((value) => Number.isFinite(value));
  check(right, name, 'at least one finite number', values);
  return values;
}

function check(right: boolean, field: string, expected: string, actual: unknown): void {
  if (!right) throw new DataError({ file: 'options', field, expected, actual: show(actual) });
}
