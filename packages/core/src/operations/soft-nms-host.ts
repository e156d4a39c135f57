import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import type { SoftNmsAttributes, SoftNmsInputs } from './soft-nms.ts';

const { exp, fround, max, min } = Math;

/** Soft-NMS on typed arrays; what falls below the least score is forgotten. */
export function softNmsOnHost(inputs: SoftNmsInputs, attributes: SoftNmsAttributes): [Tensor1D, Tensor1D] {
  const boxes = inputs.boxes.dataSync() as Float32Array;
  const scores = Float32Array.from(inputs.scores.dataSync());
  const { maxOutput, minScore } = attributes;
  const least = fround(minScore);
  const picked = new Int32Array(maxOutput).fill(-1);
  const pickedScores = new Float32Array(maxOutput);
  const left = Int32Array.from(scores, (_, i) => i).filter((i) => scores[i]! >= least);
  let count = left.length;
  for (let round = 0; round < maxOutput && count > 0; round += 1) {
    let best = left[0]!;
    for (let at = 1; at < count; at += 1) if (scores[left[at]!]! > scores[best]!) best = left[at]!;
    picked[round] = best;
    pickedScores[round] = scores[best]!;
    let kept = 0;
    for (let at = 0; at < count; at += 1) {
      const i = left[at]!;
      if (i === best) continue;
      scores[i]! *= decay(iou(boxes, best, i, attributes.offset), attributes);
      if (scores[i]! >= least) left[kept++] = i;
    }
    count = kept;
  }
  return [tensor1d(picked, 'int32'), tensor1d(pickedScores)];
}

function decay(overlap: number, { method, iouThreshold, sigma }: SoftNmsAttributes): number {
  if (method === 'gaussian') return fround(exp(-fround(fround(overlap * overlap) / fround(sigma))));
  if (overlap < fround(iouThreshold)) return 1;
  return method === 'naive' ? 0 : fround(1 - overlap);
}

/** In float32; 0 where both are empty. */
function iou(boxes: Float32Array, a: number, b: number, offset: number): number {
  const [i, j] = [4 * a, 4 * b];
  const width = fround(fround(min(boxes[i + 2]!, boxes[j + 2]!) - max(boxes[i]!, boxes[j]!)) + offset);
  const height = fround(
    fround(min(boxes[i + 3]!, boxes[j + 3]!) - max(boxes[i + 1]!, boxes[j + 1]!)) + offset,
  );
  if (!(width > 0 && height > 0)) return 0;
  const inter = fround(width * height);
  return fround(inter / fround(fround(areaOf(boxes, i, offset) + areaOf(boxes, j, offset)) - inter));
}

function areaOf(boxes: Float32Array, at: number, offset: number): number {
  const width = fround(fround(boxes[at + 2]! - boxes[at]!) + offset);
  return fround(width * fround(fround(boxes[at + 3]! - boxes[at + 1]!) + offset));
}
