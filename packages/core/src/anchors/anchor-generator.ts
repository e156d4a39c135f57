import { demand } from '../errors.ts';
import type { AnchorGenerator } from './anchor-grid.ts';
import { anchorGrid } from './anchor-grid.ts';
import { baseAnchors } from './base-anchors.ts';

/** One number for both directions, or x and y apart. */
export type Stride = number | readonly [x: number, y: number];

/** Options of {@link anchorGenerator}. One number a level in `strides`, `baseSizes`, `centres`. */
export interface AnchorGeneratorOptions {
  /** How far the cells of each level are apart, pixels. */
  readonly strides: readonly Stride[];
  /** Height over width of anchors. Default [1]. */
  readonly ratios?: readonly number[] | undefined;
  /** Side relative to the base size. Default [1], unless `octaveBaseScale` and `scalesPerOctave` are given. */
  readonly scales?: readonly number[] | undefined;
  /** With n = `scalesPerOctave`: scales are octaveBaseScale · 2^(i/n), i = 0…n-1 (RetinaNet: 4 and 3). */
  readonly octaveBaseScale?: number | undefined;
  readonly scalesPerOctave?: number | undefined;
  /** Side of the anchor of scale 1 of each level, pixels. Default: the (smaller) stride. */
  readonly baseSizes?: readonly number[] | undefined;
  /** The centre of the first cell's anchors is this times the base size. Default 0; .5 for anchors as before mmdet 2. */
  readonly centerOffset?: number | undefined;
  /**
   * Where the anchors of the cell at (0, 0) are centred: a point a level, pixels, or `cell` for the middle of the cell, so that anchors
   * lie at ((x + .5) · stride, (y + .5) · stride). Overrides `centerOffset`.
   */
  readonly centres?: 'cell' | readonly (readonly [x: number, y: number])[] | undefined;
  /** All scales of a ratio follow each other (default), or all ratios of a scale. */
  readonly scaleMajor?: boolean | undefined;
}

const NAMES = [
  'strides',
  'ratios',
  'scales',
  'octaveBaseScale',
  'scalesPerOctave',
  'baseSizes',
  'centerOffset',
  'centres',
  'scaleMajor',
];

/**
 * Anchors of several scales and ratios at every cell of every level, as RPN and RetinaNet use them. An anchor of ratio r and scale s has
 * height b s √r and width b s / √r with b the base size.
 *
 * Throws for an unknown option, lists of another length than `strides`, or numbers that are not positive.
 *
 * Source: mmdet 3.3 `AnchorGenerator`, equal in float32.
 * @example
 * import { anchorGenerator } from '@equipoise/core';
 *
 * const generator = anchorGenerator({ strides: [8, 16], scales: [4], ratios: [0.5, 1, 2] });
 * const { anchors } = generator.flat([[12, 16], [6, 8]]); // the maps of an image of 96 × 128 pixels
 * console.log(anchors.shape); // → [720, 4]
 */
export function anchorGenerator(options: AnchorGeneratorOptions): AnchorGenerator {
  check(options);
  const { ratios = [1], centerOffset = 0, centres, scaleMajor = true } = options;
  const scales = scalesOf(options);
  return anchorGrid(
    options.strides.map((given, level) => {
      const stride: readonly [number, number] = typeof given === 'number' ? [given, given] : given;
      const baseSize = options.baseSizes?.[level] ?? Math.min(...stride);
      const offset = centerOffset * baseSize;
      const centre: readonly [number, number] =
        centres === 'cell' ? [stride[0] / 2, stride[1] / 2] : (centres?.[level] ?? [offset, offset]);
      return { stride, base: baseAnchors({ baseSize, scales, ratios, centre, scaleMajor }) };
    }),
  );
}

function scalesOf({ scales, octaveBaseScale, scalesPerOctave }: AnchorGeneratorOptions): readonly number[] {
  if (octaveBaseScale === undefined || scalesPerOctave === undefined) return scales ?? [1];
  return Array.from({ length: scalesPerOctave }, (_, i) => octaveBaseScale * 2 ** (i / scalesPerOctave));
}

function check(options: AnchorGeneratorOptions): void {
  for (const name of Object.keys(options))
    refuse(name, `one of ${NAMES.join(', ')}`, name, NAMES.includes(name));
  const { strides, ratios, scales, octaveBaseScale, scalesPerOctave, baseSizes, centres } = options;
  const levels = strides?.length;
  refuse('strides', 'positive numbers, one a level', strides, levels > 0 && positive(strides.flat()));
  refuse('ratios', 'positive numbers', ratios, positive(ratios ?? []) && ratios?.length !== 0);
  refuse('scales', 'positive numbers', scales, positive(scales ?? []) && scales?.length !== 0);
  const octaves = [octaveBaseScale, scalesPerOctave].filter((x) => x !== undefined);
  refuse(
    'octaveBaseScale',
    'to come with scalesPerOctave, without scales',
    octaveBaseScale,
    octaves.length === 0 || (octaves.length === 2 && !scales),
  );
  refuse('octaveBaseScale', 'a positive number', octaveBaseScale, positive(octaves));
  refuse('scalesPerOctave', 'an integer ≥ 1', scalesPerOctave, Number.isInteger(scalesPerOctave ?? 1));
  const oneALevel = (list: readonly unknown[] | undefined): boolean =>
    list === undefined || list.length === levels;
  refuse(
    'baseSizes',
    `${levels} positive numbers, one a level`,
    baseSizes,
    oneALevel(baseSizes) && positive(baseSizes ?? []),
  );
  refuse(
    'centres',
    `cell, or ${levels} points, one a level`,
    centres,
    centres === 'cell' || oneALevel(centres),
  );
}

function refuse(subject: string, expected: string, actual: unknown, holds: boolean): void {
  demand(holds, { package: '@equipoise/core', subject: `option ${subject}`, expected, actual });
}

function positive(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'number' && Number.isFinite(value) && value > 0);
}
