import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { add, reshape, scalar, slice, sum, tidy } from '@tensorflow/tfjs-core';

/** How many numbers are added one after the other. */
const BLOCK = 1024;

/** Σ of [n, C] float32, in blocks of blocks: added one after the other, ten million numbers would keep three digits. */
export function sumOfGrid(grid: Tensor2D): Scalar {
  // tfjs-backend-wasm 4.22 sums nothing to whatever its memory holds.
  if (grid.size === 0) return scalar(0);
  return tidy(() => sumOfBlocks(sum(grid, 1)));
}

function sumOfBlocks(values: Tensor1D): Scalar {
  if (values.size <= BLOCK) return sum(values);
  const whole = Math.floor(values.size / BLOCK);
  const blocks = reshape(slice(values, 0, whole * BLOCK), [whole, BLOCK]);
  const ofBlocks = sumOfBlocks(sum(blocks, 1));
  const rest = values.size - whole * BLOCK;
  return rest === 0 ? ofBlocks : add(ofBlocks, sum(slice(values, whole * BLOCK, rest)));
}
