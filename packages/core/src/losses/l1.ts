import { abs, sign } from '@tensorflow/tfjs-core';
import type { BoxLoss } from './box-loss.ts';
import { coordinateLoss } from './coordinate-loss.ts';

/** L1: |d|, summed over four coordinates; derivative 0 at d = 0. */
export function l1(): BoxLoss {
  return coordinateLoss('l1', { value: (error) => abs(error), derivative: (error) => sign(error) });
}
