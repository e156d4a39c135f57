import type { DecodeDeltasAttributes } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, defineKernel, floatBits, rowSlices } from '../runtime/kernel.ts';
import { MATH } from '../formula/math.ts';
import { defineEach, forEach } from './each.ts';
import { rowsOf } from './rows-of.ts';

/** A limit that is infinite; WGSL may assume that there is no infinity. */
const LARGEST = 3.4028234663852886e38;

const decodedBoxes = defineEach(
  'DecodeDeltas',
  () => ({
    read: { anchors: 'vec4f', deltas: 'vec4f' },
    write: { boxes: 'vec4f' },
    // A vector would have to lie at a multiple of its size.
    uniform: {
      ...Object.fromEntries(
        ['x', 'y', 'w', 'h'].flatMap((axis) => [
          [`std_${axis}`, 'f32'],
          [`mean_${axis}`, 'f32'],
        ]),
      ),
      most_move: 'f32',
      least_growth: 'f32',
      most_growth: 'f32',
      zero: 'u32',
    },
    // Each product is rounded before it is added to, as in composed ops: an IoU that is off by one bit changes ranks.
    declarations: `${MATH.exp}
fn rounded(product: vec2f) -> vec2f { return bitcast<vec2f>(bitcast<vec2u>(product) ^ vec2u(u.zero)); }`,
    body: `
    let anchor = anchors[i];
    let delta = deltas[i];
    let size = anchor.zw - anchor.xy;
    let shift = rounded(delta.xy * vec2f(u.std_x, u.std_y)) + vec2f(u.mean_x, u.mean_y);
    let raw = rounded(delta.zw * vec2f(u.std_w, u.std_h)) + vec2f(u.mean_w, u.mean_h);
    let growth = max(vec2f(u.least_growth), min(raw, vec2f(u.most_growth)));
    let way = max(vec2f(-u.most_move), min(rounded(shift * size), vec2f(u.most_move)));
    let centre = rounded((anchor.xy + anchor.zw) * 0.5f) + way;
    let half = rounded(rounded(size * vec2f(exp_(growth.x), exp_(growth.y))) * 0.5f);
    boxes[i] = vec4f(centre - half, centre + half);`,
  }),
  [{}],
);

/** `DecodeDeltas`: one pass over the rows. */
export const decodeDeltasKernel: KernelConfig = defineKernel<'anchors' | 'deltas', DecodeDeltasAttributes>(
  'DecodeDeltas',
  ({ anchors, deltas }, { means, stds, mostMove, leastGrowth, mostGrowth }) => {
    const boxes = allocate(anchors.shape, 'float32');
    const limits = [mostMove, leastGrowth, mostGrowth].map((x) => Math.min(LARGEST, Math.max(-LARGEST, x)));
    const scales = stds.flatMap((std, axis) => [std, means[axis]!]);
    const words = [...[...scales, ...limits].map(floatBits), 0];
    for (const rows of rowSlices(anchors.shape[0]!, 4)) {
      const bindings = [anchors, deltas, boxes].map((tensor) => rowsOf(tensor, rows, 4));
      forEach(decodedBoxes({}), rows.count, bindings, words);
    }
    return boxes;
  },
);
