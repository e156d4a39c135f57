import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  concat,
  div,
  equal,
  exp,
  fill,
  gather,
  greater,
  greaterEqual,
  less,
  logicalOr,
  max,
  maximum,
  min,
  minimum,
  mul,
  neg,
  range,
  reshape,
  square,
  sub,
  tidy,
  transpose,
  unstack,
  where,
  zeros,
} from '@tensorflow/tfjs-core';
import { LOWEST_SCORE } from './lowest-score.ts';
import type { SoftNmsAttributes, SoftNmsInputs } from './soft-nms.ts';

/** Soft-NMS in tfjs ops: a round a box that may be picked. */
export function softNmsComposed(
  { boxes, scores }: SoftNmsInputs,
  attributes: SoftNmsAttributes,
): [Tensor1D, Tensor1D] {
  const { maxOutput, minScore, offset } = attributes;
  const count = scores.shape[0];
  const rounds = Math.min(maxOutput, count);
  if (rounds === 0) return [fill([maxOutput], -1, 'int32'), zeros([maxOutput])];
  return tidy(() => {
    const [x1, y1, x2, y2] = unstack(transpose(boxes)) as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
    const area = mul<Tensor1D>(add(sub(x2, x1), offset), add(sub(y2, y1), offset));
    const place: Tensor1D = range(0, count);
    const alive = (own: Tensor1D): Tensor1D =>
      where(greaterEqual(own, minScore), own, fill([count], LOWEST_SCORE));
    let left = alive(scores);
    const picked: Tensor[] = [];
    const pickedScores: Tensor[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [pick, score, next] = tidy((): [Tensor, Tensor, Tensor1D] => {
        const best = max(left);
        // The first place that reaches the best score: not argMax, whose ties differ from device to device.
        const first = add<Tensor>(min(mul(cast(equal(left, best), 'float32'), sub(place, count))), count);
        const found = greater(best, LOWEST_SCORE);
        const of = (values: Tensor1D): Tensor => gather(values, cast(first, 'int32'));
        const width = maximum<Tensor1D>(add(sub(minimum(x2, of(x2)), maximum(x1, of(x1))), offset), 0);
        const height = maximum<Tensor1D>(add(sub(minimum(y2, of(y2)), maximum(y1, of(y1))), offset), 0);
        const inter = mul<Tensor1D>(width, height);
        const iou = div<Tensor1D>(inter, maximum(sub(add(area, of(area)), inter), 1e-30));
        const decayed = alive(mul(left, decay(iou, attributes)));
        const spent = logicalOr(equal(place, first), less(left, minScore));
        return [
          reshape(where(found, first, -1), [1]),
          reshape(where(found, best, 0), [1]),
          where<Tensor1D>(spent, fill([count], LOWEST_SCORE), decayed),
        ];
      });
      picked.push(pick);
      pickedScores.push(score);
      left.dispose();
      left = next;
    }
    if (maxOutput > rounds) {
      picked.push(fill([maxOutput - rounds], -1));
      pickedScores.push(zeros([maxOutput - rounds]));
    }
    return [cast(concat(picked as Tensor1D[]), 'int32'), concat(pickedScores as Tensor1D[])];
  });
}

function decay(iou: Tensor1D, { method, iouThreshold, sigma }: SoftNmsAttributes): Tensor1D {
  if (method === 'gaussian') return exp(neg(div(square(iou), sigma)));
  const below = less(iou, iouThreshold);
  const ones: Tensor1D = fill(iou.shape, 1);
  return where(below, ones, method === 'naive' ? sub(ones, 1) : sub(ones, iou));
}
