import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import { extentOf } from './cell-grid.ts';
import { KeptBoxes } from './kept-boxes.ts';
import type { NmsMatchAttributes, NmsMatchInputs } from './nms-match.ts';
import { orderDescending } from './order-descending.ts';

/** NMS-match on typed arrays: each box by descending score, against the keepers of its group. */
export function nmsMatchOnHost(
  inputs: NmsMatchInputs,
  { groupCount, iouThreshold, maxKeepers }: NmsMatchAttributes,
): Tensor1D {
  const boxes = inputs.boxes.dataSync() as Float32Array;
  const scores = inputs.scores.dataSync() as Float32Array;
  const group = inputs.group.dataSync() as Int32Array;
  const eligible = inputs.eligible.dataSync() as Float32Array;
  const belongsTo = Int32Array.from(scores, (_, i) => i);
  const taking = belongsTo.filter((i) => eligible[i]! > 0);
  const extent = extentOf(boxes, taking);
  const keepers = Array.from({ length: groupCount }, () => ({
    kept: new KeptBoxes(boxes, extent, iouThreshold, 0, '>='),
    indices: [] as number[],
  }));
  for (const i of orderDescending(scores, taking)) {
    const { kept, indices } = keepers[group[i]!]!;
    const first = kept.firstThatSuppresses(i);
    if (first >= 0) {
      belongsTo[i] = indices[first]!;
    } else if (indices.length < maxKeepers) {
      kept.add(i);
      indices.push(i);
    }
  }
  return tensor1d(belongsTo, 'int32');
}
