import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { demandSize } from '../boxes/check-boxes.ts';
import { demand } from '../errors.ts';

/** Height and width. */
export type Size = readonly [height: number, width: number];

/** Anchors of all levels, one after the other. */
export type FlatAnchors = {
  /** [n, 4] x1 y1 x2 y2, pixels: by level, row, column, anchor of the cell. */
  readonly anchors: Tensor2D;
  /** [n] int32: the level of each anchor. */
  readonly level: Tensor1D;
};

/** Lays anchors over the feature maps of a detector. Every tensor is new and belongs to the caller. */
export interface AnchorGenerator {
  /** How far the cells of each level are apart, pixels. */
  readonly strides: readonly (readonly [x: number, y: number])[];
  /** How many anchors a cell of each level has. */
  readonly anchorsPerCell: readonly number[];
  /** [A, 4] a level: the anchors of the cell at (0, 0). */
  baseAnchors(): Tensor2D[];
  /** [height · width · A, 4] a level: the anchors of every cell, by row, column, anchor. */
  grid(featureSizes: readonly Size[]): Tensor2D[];
  /** The anchors of {@link grid} in one piece, and their levels. */
  flat(featureSizes: readonly Size[]): FlatAnchors;
  /**
   * [n] bool, in the order of {@link flat}: whether the cell begins within the padded image, which is so for the first
   * ⌈padded size / stride⌉ rows and columns.
   */
  validFlags(featureSizes: readonly Size[], paddedSize: Size): Tensor1D;
}

/** One level of a grid. */
export interface AnchorLevel {
  readonly stride: readonly [x: number, y: number];
  /** x1 y1 x2 y2 of each anchor of the cell at (0, 0). */
  readonly base: Float32Array;
}

/** The generator of the given levels. */
export function anchorGrid(levels: readonly AnchorLevel[]): AnchorGenerator {
  const counts = levels.map((level) => level.base.length / 4);
  const total = (sizes: readonly Size[]): number =>
    sizes.reduce((sum, [height, width], i) => sum + height * width * (counts[i] ?? 0), 0);
  return {
    strides: levels.map((level) => level.stride),
    anchorsPerCell: counts,
    baseAnchors: () => levels.map(({ base }) => tensor2d(base.slice(), [base.length / 4, 4])),
    grid: (featureSizes) => {
      demandLevels(featureSizes, levels);
      return levels.map((level, i) => {
        const [height, width] = featureSizes[i]!;
        const anchors = new Float32Array(height * width * level.base.length);
        layOut(level, [height, width], anchors);
        return tensor2d(anchors, [anchors.length / 4, 4]);
      });
    },
    flat: (featureSizes) => {
      demandLevels(featureSizes, levels);
      const count = total(featureSizes);
      const anchors = new Float32Array(4 * count);
      const level = new Int32Array(count);
      let start = 0;
      for (const [i, size] of featureSizes.entries()) {
        const end = start + size[0] * size[1] * counts[i]!;
        layOut(levels[i]!, size, anchors.subarray(4 * start, 4 * end));
        level.fill(i, start, end);
        start = end;
      }
      return { anchors: tensor2d(anchors, [count, 4]), level: tensor1d(level, 'int32') };
    },
    validFlags: (featureSizes, paddedSize) => {
      demandLevels(featureSizes, levels);
      demandSize('paddedSize', paddedSize);
      const flags = new Uint8Array(total(featureSizes));
      let at = 0;
      for (const [i, [height, width]] of featureSizes.entries()) {
        const [strideX, strideY] = levels[i]!.stride;
        for (let y = 0; y < height; y += 1) {
          for (let x = 0; x < width; x += 1) {
            const valid = y < Math.ceil(paddedSize[0] / strideY) && x < Math.ceil(paddedSize[1] / strideX);
            flags.fill(valid ? 1 : 0, at, (at += counts[i]!));
          }
        }
      }
      return tensor1d(flags, 'bool');
    },
  };
}

function layOut({ stride, base }: AnchorLevel, [height, width]: Size, result: Float32Array): void {
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let i = 0; i < base.length; i += 2) {
        result[at++] = base[i]! + x * stride[0];
        result[at++] = base[i + 1]! + y * stride[1];
      }
    }
  }
}

function demandLevels(featureSizes: readonly Size[], levels: readonly AnchorLevel[]): void {
  demand(
    featureSizes.length === levels.length &&
      featureSizes.every((size) => size.every((x) => Number.isInteger(x) && x >= 0)),
    {
      package: '@equipoise/core',
      subject: 'featureSizes',
      expected: `[height, width] in cells for each of ${levels.length} levels`,
      actual: featureSizes,
    },
  );
}
