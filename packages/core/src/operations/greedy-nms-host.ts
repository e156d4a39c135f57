import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import { extentOf } from './cell-grid.ts';
import type { GreedyNmsAttributes, GreedyNmsInputs } from './greedy-nms.ts';
import { KeptBoxes } from './kept-boxes.ts';
import { orderDescending } from './order-descending.ts';

/** Greedy NMS on typed arrays. */
export function greedyNmsOnHost(inputs: GreedyNmsInputs, attributes: GreedyNmsAttributes): Tensor1D {
  const boxes = inputs.boxes.dataSync() as Float32Array;
  const scores = inputs.scores.dataSync() as Float32Array;
  const group = inputs.group.dataSync() as Int32Array;
  return tensor1d(keepGreedily(boxes, scores, group, attributes), 'float32');
}

function keepGreedily(
  boxes: Float32Array,
  scores: Float32Array,
  group: Int32Array,
  { groupCount, iouThreshold, maxPerGroup, offset, scoreThreshold }: GreedyNmsAttributes,
): Float32Array {
  const keep = new Float32Array(scores.length);
  const eligible = eligibleIndices(scores, group, groupCount, Math.fround(scoreThreshold));
  const order = orderDescending(scores, eligible);
  const extent = extentOf(boxes, eligible);
  const kept = Array.from({ length: groupCount }, () => new KeptBoxes(boxes, extent, iouThreshold, offset));
  let open = maxPerGroup > 0 ? groupCount : 0;
  for (let i = 0; i < order.length && open > 0; i += 1) {
    const index = order[i]!;
    const own = kept[group[index]!]!;
    if (own.count >= maxPerGroup || own.suppresses(index)) continue;
    own.add(index);
    keep[index] = 1;
    if (own.count === maxPerGroup) open -= 1;
  }
  return keep;
}

function eligibleIndices(
  scores: Float32Array,
  group: Int32Array,
  groupCount: number,
  scoreThreshold: number,
): Int32Array {
  const eligible = new Int32Array(scores.length);
  let count = 0;
  for (let i = 0; i < scores.length; i += 1) {
    if (scores[i]! > scoreThreshold && group[i]! >= 0 && group[i]! < groupCount) eligible[count++] = i;
  }
  return eligible.subarray(0, count);
}
