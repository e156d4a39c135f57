import type { Tensor2D } from '@tensorflow/tfjs-core';
import { add, cast, div, greater, minimum, split, sub, transpose } from '@tensorflow/tfjs-core';
import type { BoxColumns } from './box-columns.ts';
import { intersection } from './box-columns.ts';

const { fround, max, min } = Math;

/** A centre counts as inside a box, for ATSS and TAL, when it is further than this from each side, pixels. */
export const LEAST_DEPTH: number = fround(0.01);

/** The IoU of box i of a with box j of b in the float32 order of mmdet's `bbox_overlaps`. */
export function iouOf(a: BoxColumns, i: number, b: BoxColumns, j: number): number {
  const inter = intersection(a, i, b, j);
  if (inter === 0) return 0;
  return fround(inter / max(fround(fround(a.area[i]! + b.area[j]!) - inter), fround(1e-6)));
}

/** The centres of boxes in float32. */
export function centresOf({ x1, y1, x2, y2, count }: BoxColumns): { x: Float32Array; y: Float32Array } {
  const [x, y] = [new Float32Array(count), new Float32Array(count)];
  for (let i = 0; i < count; i += 1) {
    x[i] = fround(x1[i]! + x2[i]!) / 2;
    y[i] = fround(y1[i]! + y2[i]!) / 2;
  }
  return { x, y };
}

/** The least distance of a point to the sides of box j in float32; negative outside. */
export function depthIn(boxes: BoxColumns, j: number, x: number, y: number): number {
  return min(
    fround(x - boxes.x1[j]!),
    fround(y - boxes.y1[j]!),
    fround(boxes.x2[j]! - x),
    fround(boxes.y2[j]! - y),
  );
}

/** Coordinates of anchors as rows [1, n], with centres and sizes. */
export interface AnchorRows {
  readonly x: Tensor2D;
  readonly y: Tensor2D;
  readonly width: Tensor2D;
  readonly height: Tensor2D;
}

/** [n, 4] as rows. */
export function anchorRows(anchors: Tensor2D): AnchorRows {
  const [x1, y1, x2, y2] = split(transpose(anchors), 4, 0) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  return {
    x: div(add(x1, x2), 2),
    y: div(add(y1, y2), 2),
    width: sub(x2, x1),
    height: sub(y2, y1),
  };
}

/** Coordinates of a block of ground truths as columns [b, 1]. */
export interface TruthColumns {
  readonly x1: Tensor2D;
  readonly y1: Tensor2D;
  readonly x2: Tensor2D;
  readonly y2: Tensor2D;
  readonly x: Tensor2D;
  readonly y: Tensor2D;
}

/** [b, 4] as columns. */
export function truthColumns(boxes: Tensor2D): TruthColumns {
  const [x1, y1, x2, y2] = split(boxes, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  return { x1, y1, x2, y2, x: div(add(x1, x2), 2), y: div(add(y1, y2), 2) };
}

/** [b, n] float32: 1 where the centre of an anchor lies in a ground truth, further than `depth` from each side. */
export function centreInside({ x, y }: AnchorRows, truth: TruthColumns, depth: number): Tensor2D {
  const least = minimum<Tensor2D>(
    minimum<Tensor2D>(sub(x, truth.x1), sub(truth.x2, x)),
    minimum<Tensor2D>(sub(y, truth.y1), sub(truth.y2, y)),
  );
  return cast(greater(least, depth), 'float32');
}

/** How many numbers a block holds at most. */
const BLOCK = 1 << 18;

/** [start, size] of blocks of `boxCount` ground truths for that many anchors. */
export function truthBlocks(boxCount: number, anchorCount: number): [start: number, size: number][] {
  const size = max(1, Math.floor(BLOCK / max(1, anchorCount)));
  return Array.from({ length: Math.ceil(boxCount / size) }, (_, i) => [
    i * size,
    min(size, boxCount - i * size),
  ]);
}
