import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateCoco } from '../src/index.ts';
import { randomCase } from './helpers/arbitrary-case.ts';
import { referenceCurve } from './helpers/coco-reference.ts';

test('agrees with a plain implementation', () => {
  fc.assert(
    fc.property(randomCase, fc.constantFrom(3, 100), ({ truth, detections }, limit) => {
      const { perCategory, settings, recall, precision } = evaluateCoco(truth, detections, {
        maxDetections: [limit],
      });
      const { areaRanges, iouThresholds } = settings;
      for (const [k, { id }] of perCategory.entries()) {
        for (const [a, area] of areaRanges.entries()) {
          for (const [t, iou] of iouThresholds.entries()) {
            const expected = referenceCurve(truth, detections, { category: Number(id), iou, area, limit });
            const curve = (k * areaRanges.length + a) * iouThresholds.length + t;
            const values = precision.subarray(curve * 101, (curve + 1) * 101);
            expect(values.reduce((sum, value) => sum + value, 0) / 101).toBeCloseTo(expected.ap, 9);
            expect(recall[curve]).toBeCloseTo(expected.recall, 12);
          }
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('perfect detections have AP 1 and AR 1', () => {
  fc.assert(
    fc.property(randomCase, ({ truth }) => {
      const counting = truth.annotations.filter(
        (annotation) => annotation.iscrowd !== 1 && annotation.ignore !== 1,
      );
      const detections = counting.map((annotation, i) => Object.assign({ score: i }, annotation));
      for (const { groundTruths, ap, ar100 } of evaluateCoco(truth, detections).perCategory) {
        expect(ap).toBeCloseTo(groundTruths === 0 ? -1 : 1, 9);
        expect(ar100).toBe(groundTruths === 0 ? -1 : 1);
      }
    }),
  );
});

test('more detections of a lower score never lower recall', () => {
  fc.assert(
    fc.property(randomCase, randomCase, ({ truth, detections }, { detections: more }) => {
      const before = evaluateCoco(truth, detections).recall;
      const lower = more.map((detection) => ({ ...detection, score: detection.score - 100 }));
      const after = evaluateCoco(truth, [...detections, ...lower]).recall;
      before.forEach((value, i) => expect(after[i]).toBeGreaterThanOrEqual(value));
    }),
  );
});

test('the order of detections, images and categories does not matter where scores differ', () => {
  fc.assert(
    fc.property(randomCase, fc.infiniteStream(fc.nat()), ({ truth, detections }, keys) => {
      const distinct = detections.map((detection, i) => ({
        ...detection,
        score: detection.score + i * 1e-6,
      }));
      const shuffled = <T>(items: readonly T[]): T[] =>
        items
          .map((item) => ({ item, key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ item }) => item);
      const permuted = { ...truth, images: shuffled(truth.images), categories: shuffled(truth.categories) };
      expect(evaluateCoco(permuted, shuffled(distinct))).toStrictEqual(evaluateCoco(truth, distinct));
    }),
  );
});

test('inputs are left as they were', () => {
  fc.assert(
    fc.property(randomCase, (input) => {
      const copy = structuredClone(input);
      evaluateCoco(input.truth, input.detections);
      expect(input).toEqual(copy);
    }),
    { numRuns: 20 },
  );
});
