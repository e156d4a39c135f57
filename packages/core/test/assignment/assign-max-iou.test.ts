import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assignment } from '../../src/assignment/assigned-codes.ts';
import { assignMaxIou } from '../../src/assignment/assign-max-iou.ts';
import { assignedLabels } from '../../src/assignment/assigned-labels.ts';
import type { MaxIouOptions } from '../../src/assignment/max-iou-options.ts';
import type { Given } from '../../src/options.ts';
import { boxes2d, expectClose, golden, onEachBackend, withoutLeaks } from '../boxes/support.ts';

/** Own -1/0/1 state and index as mmdet's gt_inds: -1 ignored, 0 negative, else ground truth + 1. */
function gtInds({ groundTruth, state }: Assignment): number[] {
  const matched = groundTruth.dataSync();
  return Array.from(state.dataSync(), (s, i) => (s === 1 ? (matched[i] ?? Number.NaN) + 1 : s));
}

onEachBackend(() => {
  describe('assignMaxIou', () => {
    it.each(['retina', 'rpn', 'rcnn', 'ignore', 'ssd'])('equals mmdet: %s', (name) => {
      const { inputs, outputs } = golden(`mmdet_maxiou_${name}`);
      const assignment = assignMaxIou(
        boxes2d(inputs.priors),
        boxes2d(inputs.gts),
        {
          preset: 'mmdet',
          positiveIou: inputs.pos_iou_thr,
          negativeIou: inputs.neg_iou_thr,
          minPositiveIou: inputs.min_pos_iou,
          matchLowQuality: inputs.match_low_quality,
          gtMaxAssignAll: inputs.gt_max_assign_all,
          ignoreIofThreshold: inputs.ignore_iof_thr,
        },
        inputs.gts_ignore ? boxes2d(inputs.gts_ignore) : undefined,
      );
      expect(gtInds(assignment)).toEqual(outputs.gt_inds);
      expectClose(assignment.maxOverlaps, outputs.max_overlaps);
      const labels = assignedLabels(assignment, tf.tensor1d(inputs.gt_labels, 'int32'), 3).dataSync();
      const positives = Array.from(labels, (label, i) => (outputs.gt_inds[i] > 0 ? label : -1));
      expect(positives).toEqual(outputs.labels);
    });

    // ALGORITHMS.md §34, item 2
    const priors = [
      [0, 0, 10, 10],
      [20, 20, 30, 30],
      [50, 50, 60, 60],
    ];
    const isolated = [
      [0, 0, 10, 9],
      [200, 200, 210, 210],
    ];
    it.each<[string, Given<MaxIouOptions>, number[]]>([
      ['mmdet', { preset: 'mmdet' }, [2, 2, 2]],
      ['mmdet, first only', { preset: 'mmdet', gtMaxAssignAll: false }, [2, 0, 0]],
      ['corrected', {}, [1, 0, 0]],
      ['corrected, first only', { gtMaxAssignAll: false }, [1, 0, 0]],
      ['detectron2', { preset: 'detectron2' }, [1, 1, 1]],
      ['mmdet, minimum .1', { preset: 'mmdet', minPositiveIou: 0.1 }, [1, 0, 0]],
    ])('a ground truth that overlaps nothing: %s', (_, options, expected) => {
      expect(gtInds(assignMaxIou(boxes2d(priors), boxes2d(isolated), options))).toEqual(expected);
    });

    it.each(['detectron2', 'torchvision'] as const)(
      'equals the matcher test of detectron2 (%s)',
      (preset) => {
        // Boxes whose IoU matrix is that of detectron2's tests/modeling/test_matcher.py within .001:
        // .15 .45 .20 .60 / .30 .65 .05 .10 / .05 .40 .25 .40, to be matched [1, 1, 2, 0], labels [-1, 1, 0, 1].
        const truths = boxes2d([
          [8.83, 16.73, 36.69, 37.96],
          [20.45, 8.8, 53.69, 36.29],
          [-3.18, 8.92, 29.72, 35.54],
        ]);
        const anchors = boxes2d([
          [23.25, 19.15, 61.13, 54.72],
          [7.82, 8.92, 50.37, 36.29],
          [1.55, 15.28, 26.2, 81.03],
          [7, 16.73, 26.64, 37.96],
        ]);
        // The first anchor's best IoU is the threshold itself, .3; .299 leaves room for the last digits of the boxes.
        const assignment = assignMaxIou(anchors, truths, { preset, positiveIou: 0.7, negativeIou: 0.299 });
        expect(Array.from(assignment.state.dataSync())).toEqual([-1, 1, 0, 1]);
        expect(Array.from(assignment.groundTruth.dataSync())).toEqual([-1, 1, -1, 0]);
        expectClose(assignment.maxOverlaps, [0.3, 0.65, 0.25, 0.6], 2e-3);
      },
    );

    it('promotes an anchor to its own ground truth in detectron2, reassigns it in mmdet', () => {
      const anchors = boxes2d([[0, 0, 10, 10]]);
      const truths = boxes2d([
        [0, 0, 10, 12],
        [0, 0, 10, 14],
      ]);
      const matched = (preset: 'detectron2' | 'mmdet' | 'corrected'): number[] =>
        gtInds(assignMaxIou(anchors, truths, { preset, positiveIou: 0.9 }));
      expect(matched('detectron2')).toEqual([1]);
      expect(matched('mmdet')).toEqual([2]);
      expect(matched('corrected')).toEqual([2]);
    });

    it('suits the training recipe: .5, .4, and the best anchor of a truth above .2', () => {
      const anchors = boxes2d([
        [0, 0, 10, 10],
        [40, 40, 50, 50],
        [80, 80, 90, 90],
      ]);
      const truths = boxes2d([
        [0, 0, 10, 8],
        [40, 40, 50, 43],
        [80, 80, 90, 81],
      ]);
      expect(gtInds(assignMaxIou(anchors, truths, { minPositiveIou: 0.2 }))).toEqual([1, 2, 0]);
    });

    it('ignores anchors in ignored regions, also where they overlap a ground truth', () => {
      const anchors = boxes2d(priors);
      const regions = boxes2d([[15, 15, 40, 40]]);
      expect(gtInds(assignMaxIou(anchors, boxes2d(priors), {}, regions))).toEqual([1, -1, 3]);
      expect(gtInds(assignMaxIou(anchors, boxes2d([]), {}, regions))).toEqual([0, -1, 0]);
      expect(
        gtInds(assignMaxIou(anchors, boxes2d([]), { preset: 'mmdet', ignoreIofThreshold: 0.5 }, regions)),
      ).toEqual([0, 0, 0]);
      expect(gtInds(assignMaxIou(anchors, boxes2d(priors), { preset: 'mmdet' }, regions))).toEqual([1, 2, 3]);
      expect(gtInds(assignMaxIou(anchors, boxes2d(priors), { ignoreWrtCandidates: false }, regions))).toEqual(
        [1, 2, 3],
      );
    });

    it('takes padding, no ground truth and no anchors', () => {
      const padded = boxes2d([
        [0, 0, 10, 9],
        [0, 0, 0, 0],
        [5, 5, 5, 5],
      ]);
      expect(gtInds(assignMaxIou(boxes2d(priors), padded))).toEqual([1, 0, 0]);
      const none = assignMaxIou(boxes2d(priors), boxes2d([]));
      expect(gtInds(none)).toEqual([0, 0, 0]);
      expect(Array.from(assignedLabels(none, tf.tensor1d([], 'int32'), 4).dataSync())).toEqual([4, 4, 4]);
      const empty = assignMaxIou(boxes2d([]), boxes2d(priors));
      expect(empty.groundTruth.shape).toEqual([0]);
      expect(assignedLabels(empty, tf.tensor1d([0, 1, 2], 'int32'), 3).shape).toEqual([0]);
    });

    it('labels every anchor exactly once, with the class of its ground truth', () => {
      const box = fc
        .tuple(fc.nat(30), fc.nat(30), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
        .map(([x, y, w, h]) => [x, y, x + w, y + h]);
      fc.assert(
        fc.property(
          fc.array(box, { minLength: 1, maxLength: 25 }),
          fc.array(box, { maxLength: 6 }),
          (anchors, truths) => {
            tf.tidy(() => {
              const classes = truths.map((_, i) => i % 3);
              const assignment = assignMaxIou(boxes2d(anchors), boxes2d(truths));
              const matched = assignment.groundTruth.dataSync();
              const overlaps = assignment.maxOverlaps.dataSync();
              const labels = assignedLabels(assignment, tf.tensor1d(classes, 'int32'), 3).dataSync();
              for (const [i, state] of assignment.state.dataSync().entries()) {
                expect(labels[i]).toBe(state === 1 ? classes[matched[i] ?? -1] : state === 0 ? 3 : -1);
                expect((matched[i] ?? -1) >= 0).toBe(state === 1);
                const overlap = overlaps[i]!;
                expect(overlap >= 0 && (state !== 0 || overlap < 0.4) && (state !== 1 || overlap > 0)).toBe(
                  true,
                );
              }
            });
          },
        ),
        { numRuns: 60 },
      );
    });

    it('leaks nothing and names what is wrong', () => {
      const [anchors, truths] = [boxes2d(priors), boxes2d(isolated)];
      const classes = tf.tensor1d([0, 1], 'int32');
      const assignment = withoutLeaks(() => assignMaxIou(anchors, truths));
      withoutLeaks(() => assignedLabels(assignment, classes, 2));
      expect(() => assignMaxIou(anchors, tf.zeros([2, 5]))).toThrow(
        '@equipoise/core: boxes: expected boxes of shape [n, 4]',
      );
      expect(() => assignMaxIou(anchors, truths, { negativeIou: [0.4, 0.2] })).toThrow('[low, high]');
      expect(() => assignMaxIou(anchors, truths, { preset: 'yolo' as 'mmdet' })).toThrow('option preset');
      expect(() => assignedLabels(assignment, classes, 0)).toThrow('classCount');
    });
  });
});
