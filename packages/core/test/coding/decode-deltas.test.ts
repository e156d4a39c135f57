import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deltaCoder } from '../../src/coding/delta-coder.ts';
import { decodeDeltas } from '../../src/coding/decode-deltas.ts';
import { boxes2d, onEachBackend } from '../boxes/support.ts';

const coordinate = fc.integer({ min: -40, max: 40 }).map((x) => x / 4);
const rows = fc.array(fc.array(coordinate, { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 12 });

const SCALES = { means: [0.5, 0, -0.25, 0.125], stds: [0.1, 1, 0.2, 0.5] } as const;

onEachBackend((backend) => {
  test('is one law', async () => {
    const drawn = fc.record({
      rows,
      mostMove: fc.constantFrom(3, Infinity),
      leastGrowth: fc.constantFrom(-1, -Infinity),
      mostGrowth: fc.constantFrom(1, Infinity),
    });
    const law = agrees(
      decodeDeltas,
      drawn,
      ({ rows: given, ...limits }) => [
        {
          anchors: boxes2d(given.map((row) => row.slice(0, 4))),
          deltas: boxes2d(given.map((row) => row.slice(4))),
        },
        { ...SCALES, ...limits },
      ],
      // tfjs-backend-wasm has an exponential of its own.
      backend === 'wasm' ? { relative: 1e-5, absolute: 1e-4 } : undefined,
    );
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });

  test('the value is the same where a gradient is recorded', () => {
    const anchors = boxes2d([[0, 0, 8, 4]]);
    const deltas = boxes2d([[1, -2, 0.5, 30]]);
    const decode = (x: tf.Tensor2D): tf.Tensor2D => deltaCoder().decode(anchors, x);
    const recorded = tf.valueAndGrad((x) => tf.sum(decode(x as tf.Tensor2D)))(deltas);
    expect(recorded.value.dataSync()[0]).toBeCloseTo(tf.sum(decode(deltas)).dataSync()[0]!, 3);
    expect(recorded.grad.dataSync()[0]).toBeCloseTo(2 * 0.1 * 8, 5);
  });
});
