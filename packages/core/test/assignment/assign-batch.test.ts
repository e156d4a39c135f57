import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { assignAtss } from '../../src/assignment/assign-atss.ts';
import { assignBatch } from '../../src/assignment/assign-batch.ts';
import { assignTaskAligned } from '../../src/assignment/assign-task-aligned.ts';
import { deltaCoder } from '../../src/coding/delta-coder.ts';
import { boxes2d, expectClose, onEachBackend, withoutLeaks } from '../boxes/support.ts';

const ints = (values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

onEachBackend(() => {
  describe('assignBatch', () => {
    const anchors = [
      [0, 0, 10, 10],
      [20, 20, 30, 30],
      [50, 50, 60, 60],
    ];

    it('flattens images, numbers ground truths over the batch, encodes those of positives', () => {
      const truths = [
        { boxes: boxes2d([[0, 0, 10, 9]]), classes: ints([2]) },
        { boxes: boxes2d([]), classes: ints([]), ignored: boxes2d([[45, 45, 65, 65]]) },
        {
          boxes: boxes2d([
            [50, 50, 60, 61],
            [21, 20, 30, 30],
          ]),
          classes: ints([0, 1]),
        },
      ];
      const base = boxes2d(anchors);
      const batch = withoutLeaks(() => {
        const { imageCount, ...tensors } = assignBatch(base, truths, { classCount: 3 });
        expect(imageCount).toBe(3);
        return tensors;
      });
      expect(Array.from(batch.labels.dataSync())).toEqual([2, 3, 3, 3, 3, -1, 3, 1, 0]);
      expect(Array.from(batch.groundTruth.dataSync())).toEqual([0, -1, -1, -1, -1, -1, -1, 2, 1]);
      expect(Array.from(batch.image.dataSync())).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
      for (const name of ['labels', 'groundTruth', 'image'] as const) expect(batch[name].dtype).toBe('int32');
      expectClose(batch.anchors, [anchors, anchors, anchors]);
      expectClose(batch.maxOverlaps, [0.9, 0, 0, 0, 0, -1, 0, 0.9, 10 / 11]);
      const decoded = deltaCoder().decode(batch.anchors, batch.deltaTargets);
      expectClose(
        decoded,
        [[0, 0, 10, 9], anchors[1], anchors[2], ...anchors, anchors[0], [21, 20, 30, 30], [50, 50, 60, 61]],
        1e-4,
      );
    });

    it('takes another assigner, which sees each image by its index', () => {
      const base = boxes2d(anchors);
      const truths = [
        { boxes: boxes2d([[20, 20, 30, 31]]), classes: ints([0]) },
        { boxes: boxes2d([[0, 0, 10, 12]]), classes: ints([1]) },
        { boxes: boxes2d([[50, 50, 60, 60]]), classes: ints([2]), ignored: boxes2d([[0, 0, 35, 35]]) },
      ];
      const seen: number[] = [];
      const batch = assignBatch(base, truths, {
        classCount: 3,
        assigner: (all, { boxes, ignored }, image) => {
          seen.push(image);
          return assignAtss(all, [3], boxes, {}, ignored);
        },
      });
      expect(seen).toEqual([0, 1, 2]);
      expect(Array.from(batch.labels.dataSync())).toEqual([3, 0, 3, 1, 3, 3, -1, -1, 2]);
      expect(Array.from(batch.groundTruth.dataSync())).toEqual([-1, 0, -1, 1, -1, -1, -1, -1, 2]);
      const tal = assignBatch(base, truths.slice(0, 2), {
        classCount: 3,
        assigner: (all, truth) =>
          assignTaskAligned(all, { boxes: all, scores: tf.fill([3, 3], 0.5) as tf.Tensor2D }, truth),
      });
      expect(Array.from(tal.labels.dataSync())).toEqual([3, 0, 3, 1, 3, 3]);
    });

    it('passes options on and names what is wrong', () => {
      const base = boxes2d(anchors);
      const far = [{ boxes: boxes2d([[100, 100, 110, 110]]), classes: ints([0]) }];
      const labels = (options: object): number[] =>
        Array.from(assignBatch(base, far, { classCount: 1, ...options }).labels.dataSync());
      expect(labels({})).toEqual([1, 1, 1]);
      expect(labels({ assign: { preset: 'mmdet' } })).toEqual([0, 0, 0]);
      expect(() => assignBatch(base, [], { classCount: 1 })).toThrow('at least one image');
      expect(() =>
        assignBatch(base, [{ boxes: boxes2d([]), classes: ints([1]) }], { classCount: 1 }),
      ).toThrow('classes');
    });
  });
});
