import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import { IGNORED, NEGATIVE } from './max-iou-assignment.ts';

/** [n] int32: the ground truth of each anchor, -1 negative, -2 where there is none and the anchor is to be ignored. */
export function codesOfClaims(groundTruth: Int32Array, eligible: Float32Array): Tensor1D {
  return tensor1d(
    groundTruth.map((k, i) => (k === NEGATIVE && eligible[i] === 0 ? IGNORED : k)),
    'int32',
  );
}
