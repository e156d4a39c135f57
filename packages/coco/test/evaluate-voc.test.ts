import { describe, expect, test } from 'vitest';
import { evaluateVoc, type CocoGroundTruth } from '../src/index.ts';
import { vocToy } from './helpers/fixtures.ts';

const toy = vocToy();
const toyTruth: CocoGroundTruth = {
  images: [...new Set([...toy.gt, ...toy.dt].map(({ image }) => image))].map((id) => ({ id })),
  categories: [{ id: 1, name: 'object' }],
  annotations: toy.gt.map(({ image, xywh }, id) => ({ id, image_id: image, category_id: 1, bbox: xywh })),
};
const toyFound = toy.dt.map(({ image, xywh, score }) => ({
  image_id: image,
  category_id: 1,
  bbox: xywh,
  score,
}));

const box = (x: number): number[] => [x, 0, 10, 10];
const truth: CocoGroundTruth = {
  images: [{ id: 1 }],
  categories: [
    { id: 1, name: 'cat' },
    { id: 2, name: 'dog' },
  ],
  annotations: [
    { id: 1, image_id: 1, category_id: 1, bbox: box(0) },
    { id: 2, image_id: 1, category_id: 1, bbox: box(20), ignore: 1 },
    { id: 3, image_id: 1, category_id: 1, bbox: box(40) },
  ],
};
const found = (
  x: number,
  score: number,
): { image_id: number; category_id: number; bbox: number[]; score: number } => ({
  image_id: 1,
  category_id: 1,
  bbox: box(x),
  score,
});

describe('evaluateVoc', () => {
  test.each(['0.1', '0.3', '0.5', '0.75'])('gives the published figures of the toy at IoU %s', (iou) => {
    const { meanAp, meanAp11 } = evaluateVoc(toyTruth, toyFound, {
      iouThreshold: Number(iou),
      pixelOffset: 1,
    });
    expect(meanAp).toBeCloseTo(toy.expected.every[iou]!, 9);
    expect(meanAp11).toBeCloseTo(toy.expected.eleven[iou]!, 9);
  });

  test('difficult objects count neither way, also when found twice', () => {
    const { perCategory, meanAp, meanAp11 } = evaluateVoc(truth, [
      found(20, 0.9),
      found(20, 0.8),
      found(0, 0.7),
      found(40, 0.6),
    ]);
    expect(perCategory[0]).toMatchObject({
      groundTruths: 2,
      detections: 4,
      ap: 1,
      ap11: expect.closeTo(1, 12),
    });
    expect([meanAp, meanAp11]).toStrictEqual([1, expect.closeTo(1, 12)]);
    expect(perCategory[1]).toMatchObject({ groundTruths: 0, ap: -1, ap11: -1 });
  });

  test('an object found again is wrong, even with another one free nearby', () => {
    const { perCategory } = evaluateVoc(truth, [found(0, 0.9), found(1, 0.8), found(40, 0.7)]);
    expect([...perCategory[0]!.recall]).toStrictEqual([0.5, 0.5, 1]);
    expect([...perCategory[0]!.precision]).toStrictEqual([1, 0.5, 2 / 3]);
    expect(perCategory[0]!.ap).toBeCloseTo(0.5 + 0.5 * (2 / 3), 12);
  });

  test('nothing found is 0, nothing to find is -1', () => {
    expect(evaluateVoc(truth, [])).toMatchObject({ meanAp: 0, meanAp11: 0 });
    expect(evaluateVoc(truth, [], { categoryIds: [2] })).toMatchObject({ meanAp: -1, meanAp11: -1 });
  });

  test('refuses wrong options', () => {
    expect(() => evaluateVoc(truth, [], { iouThreshold: 0 })).toThrow(
      'options: iouThreshold: expected a number in (0, 1], got 0',
    );
    expect(() => evaluateVoc(truth, [], JSON.parse('{"pixelOffset":2}'))).toThrow(
      'options: pixelOffset: expected 0 or 1, got 2',
    );
  });
});
