import type { Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  clipByValue,
  concat,
  exp,
  maximum,
  minimum,
  mul,
  slice,
  sub,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Operation } from '../operations/operation.ts';
import { defineOperation } from '../operations/operation.ts';
import { centreAndSize } from './centre-and-size.ts';

/** Four numbers, one for each of dx, dy, dw, dh. */
export type FourNumbers = readonly [number, number, number, number];

/** Tensors of {@link decodeDeltas}. */
export type DecodeDeltasInputs = {
  /** [n, 4] float32 x1 y1 x2 y2 */
  readonly anchors: Tensor2D;
  /** [n, 4] float32 dx dy dw dh */
  readonly deltas: Tensor2D;
};

/** Attributes of {@link decodeDeltas}. Limits may be infinite. */
export interface DecodeDeltasAttributes {
  /** What a delta is multiplied by. */
  readonly stds: FourNumbers;
  /** What is then added. */
  readonly means: FourNumbers;
  /** The centre moves by no more than ± this, in pixels. */
  readonly mostMove: number;
  /** The range of dw and dh, once means and stds are undone. */
  readonly leastGrowth: number;
  readonly mostGrowth: number;
}

/**
 * Boxes from anchors and deltas d, [n, 4] float32: with δ = d · std + mean the centre is c + clamp(δ_xy · s), the size s · e^clamp(δ_wh), of an
 * anchor with centre c and size s. The formula of `deltaCoder`, which runs `composed` where it needs a gradient.
 */
export const decodeDeltas: Operation<DecodeDeltasInputs, DecodeDeltasAttributes, Tensor2D> = defineOperation(
  'DecodeDeltas',
  { composed, host },
);

function composed(
  { anchors, deltas }: DecodeDeltasInputs,
  { means, stds, mostMove, leastGrowth, mostGrowth }: DecodeDeltasAttributes,
): Tensor2D {
  return tidy(() => {
    const from = centreAndSize(anchors);
    const raw = add<Tensor2D>(mul(deltas, tensor1d([...stds])), tensor1d([...means]));
    const move = limited(mul(slice(raw, [0, 0], [-1, 2]), from.size), -mostMove, mostMove);
    const growth = limited(slice(raw, [0, 2], [-1, 2]), leastGrowth, mostGrowth);
    const centre = add<Tensor2D>(from.centre, move);
    const half = mul<Tensor2D>(mul(from.size, exp(growth)), 0.5);
    return concat([sub<Tensor2D>(centre, half), add<Tensor2D>(centre, half)], 1);
  });
}

function limited(x: Tensor2D, low: number, high: number): Tensor2D {
  if (low > -Infinity && high < Infinity) return clipByValue(x, low, high);
  const raised = low > -Infinity ? maximum<Tensor2D>(x, low) : x;
  return high < Infinity ? minimum(raised, high) : raised;
}

/** In float32 at each step, as `composed`; eˣ is rounded from double precision. */
function host(
  inputs: DecodeDeltasInputs,
  { means, stds, mostMove, leastGrowth, mostGrowth }: DecodeDeltasAttributes,
): Tensor2D {
  const { exp: power, fround, max, min } = Math;
  const anchors = inputs.anchors.dataSync() as Float32Array;
  const deltas = inputs.deltas.dataSync() as Float32Array;
  const boxes = new Float32Array(anchors.length);
  const [stdsOf, meansOf] = [Float32Array.from(stds), Float32Array.from(means)];
  const [move, least, most] = [fround(mostMove), fround(leastGrowth), fround(mostGrowth)];
  for (let at = 0; at < boxes.length; at += 4) {
    for (let axis = 0; axis < 2; axis += 1) {
      const [low, high] = [at + axis, at + axis + 2];
      const size = fround(anchors[high]! - anchors[low]!);
      const middle = fround(fround(anchors[low]! + anchors[high]!) * 0.5);
      const shift = fround(fround(deltas[low]! * stdsOf[axis]!) + meansOf[axis]!);
      const growth = fround(fround(deltas[high]! * stdsOf[axis + 2]!) + meansOf[axis + 2]!);
      const centre = fround(middle + max(-move, min(fround(shift * size), move)));
      const half = fround(fround(size * fround(power(max(least, min(growth, most))))) * 0.5);
      boxes[low] = centre - half;
      boxes[high] = centre + half;
    }
  }
  return tensor2d(boxes, inputs.anchors.shape);
}
