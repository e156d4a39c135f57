import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { squeeze, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { Operation } from '../operations/operation.ts';
import { defineOperation } from '../operations/operation.ts';
import { columnsOf } from './corners.ts';
import { GUARDS } from './overlap-conventions.ts';
import { overlapOfCorners } from './overlap-of-corners.ts';

/** Tensors of {@link alignedIou}. */
export type AlignedIouInputs = {
  /** [n, 4] float32 x1 y1 x2 y2, n ≥ 1 */
  readonly a: Tensor2D;
  /** The same of the boxes to compare with. */
  readonly b: Tensor2D;
};

/** Attributes of {@link alignedIou}. */
export interface AlignedIouAttributes {
  /** The least that is divided by. */
  readonly least: number;
}

/**
 * The IoU of each box of a with the box of b in its row, [n] float32: inter / max((area of a + area of b) − inter, least). What
 * `alignedOverlaps` gives, without gradient.
 */
export const alignedIou: Operation<AlignedIouInputs, AlignedIouAttributes, Tensor1D> = defineOperation(
  'AlignedIou',
  { composed, host },
);

function composed({ a, b }: AlignedIouInputs, { least }: AlignedIouAttributes): Tensor1D {
  return tidy(() => {
    const overlaps = overlapOfCorners('iou', columnsOf(a), columnsOf(b), { ...GUARDS.safe, least });
    return squeeze<Tensor1D>(overlaps, [1]);
  });
}

/** In float32 at each step, as `composed`. */
function host({ a, b }: AlignedIouInputs, attributes: AlignedIouAttributes): Tensor1D {
  const { fround, max, min } = Math;
  const [boxes, others] = [a.dataSync() as Float32Array, b.dataSync() as Float32Array];
  const least = fround(attributes.least);
  const overlaps = new Float32Array(a.shape[0]);
  for (let i = 0, at = 0; i < overlaps.length; i += 1, at += 4) {
    const [x1, y1, x2, y2] = [boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!];
    const [u1, v1, u2, v2] = [others[at]!, others[at + 1]!, others[at + 2]!, others[at + 3]!];
    const width = max(fround(min(x2, u2) - max(x1, u1)), 0);
    const height = max(fround(min(y2, v2) - max(y1, v1)), 0);
    const inter = fround(width * height);
    const areas = fround(
      fround(fround(x2 - x1) * fround(y2 - y1)) + fround(fround(u2 - u1) * fround(v2 - v1)),
    );
    overlaps[i] = inter / max(fround(areas - inter), least);
  }
  return tensor1d(overlaps);
}
