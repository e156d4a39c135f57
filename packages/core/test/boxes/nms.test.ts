import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchedNms, batchedNmsMask } from '../../src/boxes/batched-nms.ts';
import { nms, nmsMask } from '../../src/boxes/nms.ts';
import { boxes2d, golden, onEachBackend, randomBoxes, uniform, withoutLeaks } from './support.ts';

const scenes = fc.array(
  fc.tuple(fc.nat(12), fc.nat(12), fc.nat(8), fc.nat(8), fc.nat(4)).map(([x, y, w, h, s]) => ({
    box: [x, y, x + w, y + h] as [number, number, number, number],
    score: s / 4,
  })),
  { maxLength: 24 },
);

const area = (c: number[]): number => (c[2]! - c[0]!) * (c[3]! - c[1]!);
const iou = (a: number[], b: number[]): number => {
  const side = (low: number, high: number): number =>
    Math.max(0, Math.min(a[high]!, b[high]!) - Math.max(a[low]!, b[low]!));
  const inter = side(0, 2) * side(1, 3);
  return inter === 0 ? 0 : inter / (area(a) + area(b) - inter);
};

onEachBackend((backend) => {
  describe('nms', () => {
    const { inputs, outputs } = golden('tv_nms');

    it('equals torchvision', () => {
      const boxes = boxes2d(inputs.boxes);
      const scores = tf.tensor1d(inputs.scores);
      const kept = (threshold: number): number[] => {
        const { indices, count } = nms(boxes, scores, { iouThreshold: threshold });
        const m = count.dataSync()[0] as number;
        const all = Array.from(indices.dataSync());
        expect(all.slice(m).every((i) => i === -1)).toBe(true);
        return all.slice(0, m);
      };
      expect(kept(0.5)).toEqual(outputs.nms_05);
      expect(kept(0.3)).toEqual(outputs.nms_03);
      const batched = batchedNms(boxes, scores, tf.tensor1d(inputs.idxs, 'int32'), { classCount: 2 });
      expect(Array.from(batched.indices.dataSync()).slice(0, batched.count.dataSync()[0])).toEqual(
        outputs.batched_05,
      );
    });

    it('keeps a maximal independent set and is idempotent', () => {
      fc.assert(
        fc.property(scenes, (scene) => {
          tf.tidy(() => {
            const boxes = boxes2d(scene.map((s) => s.box));
            const scores = tf.tensor1d(
              scene.map((s) => s.score),
              'float32',
            );
            const mask = nmsMask(boxes, scores, { iouThreshold: 0.4 }).dataSync();
            const kept = scene.filter((_, i) => mask[i] === 1);
            for (const [i, s] of scene.entries()) {
              const others = kept.filter((k) => k !== s);
              const overlaps = others.map((k) => iou(k.box, s.box));
              const rival = others.some((k, j) => k.score >= s.score && overlaps[j]! > 0.4 - 1e-6);
              const free = overlaps.every((x) => x <= 0.4 + 1e-6);
              expect(mask[i] === 1 ? free : rival).toBe(true);
            }
            const again = nmsMask(
              boxes2d(kept.map((s) => s.box)),
              tf.tensor1d(
                kept.map((s) => s.score),
                'float32',
              ),
              {
                iouThreshold: 0.4,
              },
            );
            expect(again.dataSync().every((k) => k === 1)).toBe(true);
          });
        }),
        { numRuns: 60 },
      );
    });

    it('keeps the lower index of a tie and touches nothing at the threshold itself', () => {
      const same = boxes2d([
        [0, 0, 4, 4],
        [0, 0, 4, 4],
        [0, 0, 4, 2],
      ]);
      expect(Array.from(nmsMask(same, tf.tensor1d([1, 1, 1])).dataSync())).toEqual([1, 0, 1]);
      expect(Array.from(nmsMask(same, tf.tensor1d([0, 1, 1]), { iouThreshold: 1 }).dataSync())).toEqual([
        1, 1, 1,
      ]);
    });

    it('applies the score threshold strictly and skips NaN', () => {
      const boxes = boxes2d([
        [0, 0, 1, 1],
        [2, 0, 3, 1],
        [4, 0, 5, 1],
        [6, 0, 7, 1],
      ]);
      const scores = tf.tensor1d([0.5, 0.25, Number.NaN, 0.75]);
      expect(Array.from(nms(boxes, scores, { scoreThreshold: 0.25 }).indices.dataSync())).toEqual([
        3, 0, -1, -1,
      ]);
      expect(Array.from(nmsMask(boxes, scores).dataSync())).toEqual([1, 1, 0, 1]);
    });

    it('counts a pixel more with the legacy offset', () => {
      const boxes = boxes2d([
        [0, 0, 9, 9],
        [0, 5, 9, 14],
      ]);
      const scores = tf.tensor1d([2, 1]);
      expect(Array.from(nmsMask(boxes, scores, { iouThreshold: 0.3, offset: 1 }).dataSync())).toEqual([1, 0]);
      expect(Array.from(nmsMask(boxes, scores, { iouThreshold: 0.3, offset: 0 }).dataSync())).toEqual([1, 1]);
    });

    it('stops at maxOutput, pads to it, and bounds each class', () => {
      const boxes = boxes2d([
        [0, 0, 1, 1],
        [2, 0, 3, 1],
        [4, 0, 5, 1],
        [6, 0, 7, 1],
      ]);
      const scores = tf.tensor1d([1, 4, 3, 2]);
      const classes = tf.tensor1d([0, 1, 1, -1], 'int32');
      expect(Array.from(nms(boxes, scores, { maxOutput: 2 }).indices.dataSync())).toEqual([1, 2]);
      const padded = nms(boxes, scores, { maxOutput: 6 });
      expect(Array.from(padded.indices.dataSync())).toEqual([1, 2, 3, 0, -1, -1]);
      expect(padded.indices.dtype).toBe('int32');
      expect(Array.from(padded.count.dataSync())).toEqual([4]);
      const one = { classCount: 2, maxPerClass: 1 };
      expect(Array.from(batchedNmsMask(boxes, scores, classes, one).dataSync())).toEqual([1, 1, 0, 0]);
      expect(
        Array.from(batchedNms(boxes, scores, classes, { classCount: 2, maxOutput: 2 }).indices.dataSync()),
      ).toEqual([1, 2]);
    });

    it('takes none and leaks nothing', () => {
      const nothing = boxes2d([]);
      const noScores = tf.tensor1d([], 'float32');
      const none = withoutLeaks(() => nms(nothing, noScores, { maxOutput: 2 }));
      expect(none.indices.shape).toEqual([2]);
      const boxes = boxes2d([
        [0, 0, 1, 1],
        [0, 0, 1, 1],
      ]);
      const scores = tf.tensor1d([1, 2]);
      const classes = tf.tensor1d([0, 1], 'int32');
      withoutLeaks(() => nms(boxes, scores));
      withoutLeaks(() => batchedNms(boxes, scores, classes, { classCount: 2, maxOutput: 1 }));
    });

    it('names what is wrong', () => {
      const boxes = boxes2d([[0, 0, 1, 1]]);
      expect(() => nms(boxes, tf.tensor1d([1, 2]))).toThrow(
        '@equipoise/core: scores: expected a vector of shape [1]',
      );
      expect(() => nms(boxes, tf.tensor1d([1]), { iouThreshold: 2 })).toThrow('option iouThreshold');
      expect(() => batchedNms(boxes, tf.tensor1d([1]), tf.tensor1d([0], 'int32'), {} as never)).toThrow(
        'classCount',
      );
    });

    it('works on 100,000 boxes', () => {
      const count = 100_000;
      const next = uniform(7);
      const scores = tf.tensor1d(Float32Array.from({ length: count }, next));
      for (const [label, image, side] of [
        ['dense', 2000, 120],
        ['sparse', 20_000, 60],
      ] as const) {
        const boxes = tf.tensor2d(randomBoxes(count, image, 10, side), [count, 4]);
        scores.dataSync();
        boxes.dataSync();
        const start = performance.now();
        const kept = nmsMask(boxes, scores, { iouThreshold: 0.5 })
          .dataSync()
          .filter((x) => x === 1).length;
        // oxlint-disable-next-line no-console -- a timing to read
        console.log(
          `${backend}: NMS of ${count} ${label} boxes kept ${kept}: ${(performance.now() - start).toFixed(0)} ms`,
        );
        expect(kept).toBeGreaterThan(1000);
      }
    });
  });
});
