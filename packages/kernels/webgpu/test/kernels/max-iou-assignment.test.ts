import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { maxIouAssignment } from '../../../../core/src/operations/max-iou-assignment.ts';
import { limitBindings } from '../../src/runtime/binding-limit.ts';
import { withWebgpu } from '../support/with-webgpu.ts';
import { boxes } from './boxes.ts';
import { SIZES } from './sizes.ts';

const drawn = fc.record({
  seed: fc.nat(1 << 30),
  n: fc.constantFrom(...SIZES),
  boxCount: fc.constantFrom(0, 1, 5, 70),
  ignoredCount: fc.constantFrom(0, 2),
  /** Few positions: IoUs tie. */
  steps: fc.constantFrom(4, 1 << 20),
  positiveIou: fc.constantFrom(0.3, 0.5),
  negativeLow: fc.constantFrom(0, 0.1),
  negativeHigh: fc.constantFrom(0.3, 0.5),
  lowQuality: fc.constantFrom('none', 'reassign', 'promote'),
  minPositiveIou: fc.constantFrom(0, 0.3),
  matchZero: fc.boolean(),
  assignAllTies: fc.boolean(),
  ignoreIofThreshold: fc.constantFrom(-1, 0.5),
  ignoreByAnchorArea: fc.boolean(),
});

withWebgpu('MaxIouAssignment', () => {
  afterEach(() => limitBindings(undefined));

  const law = agrees(maxIouAssignment, drawn, ({ seed, n, boxCount, ignoredCount, steps, ...attributes }) => [
    {
      anchors: tf.tensor2d(boxes(seed, n, steps), [n, 4]),
      boxes: tf.tensor2d(boxes(seed + 1, boxCount, steps), [boxCount, 4]),
      ignored: tf.tensor2d(boxes(seed + 2, ignoredCount, steps), [ignoredCount, 4]),
    },
    attributes,
  ]);

  it('agrees', async () => {
    await expect(fc.assert(law, { numRuns: 50 })).resolves.toBeUndefined();
  });

  it('agrees where anchors do not fit a binding', async () => {
    limitBindings(128 * 16);
    await expect(fc.assert(law, { numRuns: 15 })).resolves.toBeUndefined();
  });
});
