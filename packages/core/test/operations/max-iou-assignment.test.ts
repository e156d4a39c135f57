import { agrees } from '@equipoise/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxIouAssignment } from '../../src/operations/max-iou-assignment.ts';
import { boxes2d, onEachBackend } from '../boxes/support.ts';

const box = fc.tuple(fc.nat(6), fc.nat(6), fc.nat(5), fc.nat(5)).map(([x, y, w, h]) => [x, y, x + w, y + h]);

const drawn = fc.record({
  anchors: fc.array(box, { maxLength: 20, size: 'max' }),
  boxes: fc.array(box, { maxLength: 5 }),
  ignored: fc.array(box, { maxLength: 2 }),
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

onEachBackend(() => {
  describe('maxIouAssignment', () => {
    test('is one law', async () => {
      const law = agrees(maxIouAssignment, drawn, ({ anchors, boxes, ignored, ...attributes }) => [
        { anchors: boxes2d(anchors), boxes: boxes2d(boxes), ignored: boxes2d(ignored) },
        attributes,
      ]);
      await expect(fc.assert(law, { numRuns: 60 })).resolves.toBeUndefined();
    });
  });
});
