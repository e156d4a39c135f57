import { describe, expect, test } from 'vitest';
import {
  DataError,
  evaluateCoco,
  type CocoDetection,
  type CocoGroundTruth,
  type CocoOptions,
} from '../src/index.ts';

const truth: CocoGroundTruth = {
  images: [{ id: 1 }, { id: 2 }],
  categories: [
    { id: 1, name: 'cat' },
    { id: 2, name: 'dog' },
  ],
  annotations: [
    { id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 40, 40] },
    { id: 2, image_id: 2, category_id: 2, bbox: [10, 10, 20, 20], ignore: 1 },
    { id: 3, image_id: 2, category_id: 2, bbox: [50, 50, 20, 20] },
  ],
};
/** 1 but for the ε in pycocotools' precision. */
const one: number = expect.closeTo(1, 9);
const right: CocoDetection[] = [
  { image_id: 1, category_id: 1, bbox: [0, 0, 40, 40], score: 0.9 },
  { image_id: 2, category_id: 2, bbox: [50, 50, 20, 20], score: 0.8 },
];

describe('options of evaluateCoco', () => {
  test('an ignored object counts neither way, unless pycocotools is asked for', () => {
    expect(evaluateCoco(truth, right).stats.ap).toBeCloseTo(1, 9);
    expect(evaluateCoco(truth, right).perCategory[1]!.groundTruths).toBe(1);
    expect(evaluateCoco(truth, right, { preset: 'pycocotools' }).perCategory[1]!.groundTruths).toBe(2);
    expect(evaluateCoco(truth, right, { preset: 'pycocotools' }).stats.ar100).toBe(0.75);
  });

  test('an area that is not given is width times height', () => {
    const { stats } = evaluateCoco(truth, right);
    expect([stats.apSmall, stats.apMedium, stats.apLarge]).toStrictEqual([one, one, -1]);
  });

  test('subsets of images and categories', () => {
    expect(evaluateCoco(truth, [], { imageIds: [2] }).perCategory.map((c) => c.ap)).toStrictEqual([-1, 0]);
    expect(evaluateCoco(truth, right, { categoryIds: [2] }).perCategory.map((c) => c.name)).toStrictEqual([
      'dog',
    ]);
  });

  test('class-agnostic evaluation does not look at categories', () => {
    const swapped = right.map((detection) => ({
      ...detection,
      category_id: 3 - Number(detection.category_id),
    }));
    expect(evaluateCoco(truth, swapped).stats.ap).toBe(0);
    const { stats, perCategory } = evaluateCoco(truth, swapped, { classAgnostic: true });
    expect(stats.ap).toBeCloseTo(1, 9);
    expect(perCategory).toMatchObject([{ id: -1, groundTruths: 2, detections: 2 }]);
  });

  test('figures that the options leave out are -1', () => {
    const { stats } = evaluateCoco(truth, right, {
      iouThresholds: [0.6],
      maxDetections: [5],
      areaRanges: { any: [0, 1e9] },
    });
    expect(stats).toMatchObject({
      ap: one,
      ap50: -1,
      ap75: -1,
      apSmall: -1,
      ar1: -1,
      ar10: -1,
      ar100: 1,
      arLarge: -1,
    });
  });

  test('detections of unknown categories are counted and left out', () => {
    const stray = { image_id: 1, category_id: 9, bbox: [0, 0, 1, 1], score: 1 };
    expect(evaluateCoco(truth, [...right, stray])).toMatchObject({
      unknownCategoryDetections: 1,
      stats: { ap: one },
    });
  });

  test('nothing at all gives -1, no detections give 0', () => {
    expect(evaluateCoco({ images: [], annotations: [], categories: [] }, []).stats.ap).toBe(-1);
    expect(evaluateCoco(truth, []).stats).toMatchObject({ ap: 0, ar100: 0, apLarge: -1 });
  });

  test('ids may be texts', () => {
    const annotations = truth.annotations.map((annotation) => ({
      ...annotation,
      image_id: `image ${annotation.image_id}`,
    }));
    const named = { ...truth, annotations, images: [{ id: 'image 2' }, { id: 'image 1' }] };
    const found = right.map((detection) => ({ ...detection, image_id: `image ${detection.image_id}` }));
    expect(evaluateCoco(named, found).stats.ap).toBeCloseTo(1, 9);
  });
});

const altered = (change: Partial<CocoDetection>): CocoDetection[] => [right[0]!, { ...right[1]!, ...change }];

describe('evaluateCoco refuses', () => {
  test.each<[string, CocoDetection[], string]>([
    [
      'a box that is not finite',
      altered({ bbox: [0, Number.NaN, 1, 1] }),
      'detections: detection 1: bbox: expected 4 finite numbers, got [0, NaN, 1, 1]',
    ],
    [
      'a box of three numbers',
      altered({ bbox: [0, 1, 1] }),
      'detections: detection 1: bbox: expected 4 finite numbers, got [0, 1, 1]',
    ],
    [
      'a score that is not finite',
      altered({ score: Infinity }),
      'detections: detection 1: score: expected a finite number, got Infinity',
    ],
    [
      'an unknown image',
      altered({ image_id: 7 }),
      'detections: detection 1: image_id: expected an image of the ground truth, got 7',
    ],
  ])('%s', (_, detections, message) => {
    expect(() => evaluateCoco(truth, detections)).toThrow(new DataError(partsOf(message)));
  });

  test('a ground truth whose box is not finite', () => {
    const annotations = [{ id: 5, image_id: 1, category_id: 1, bbox: [0, 0, Infinity, 1] }];
    expect(() => evaluateCoco({ ...truth, annotations }, [])).toThrow(
      'ground truth: annotation 5: bbox: expected 4 finite numbers',
    );
  });

  test.each<[CocoOptions, string]>([
    [{ imageIds: [3] }, 'options: imageIds: expected ids of the ground truth, got 3'],
    [{ categoryIds: [3] }, 'options: categoryIds'],
    [{ iouThresholds: [] }, 'options: iouThresholds: expected at least one finite number, got []'],
    [
      { recallThresholds: [0.5, 0.1] },
      'options: recallThresholds: expected ascending numbers, got [0.5, 0.1]',
    ],
    [{ maxDetections: [0] }, 'options: maxDetections: expected integers > 0, got [0]'],
    [{ areaRanges: {} }, 'options: areaRanges'],
    [
      { areaRanges: { all: [Number.NaN, 1] } },
      'options: areaRanges.all: expected [least, most], got [NaN, 1]',
    ],
    [JSON.parse('{"iouThreshold":0.5}'), 'options: iouThreshold: expected one of iouThresholds'],
    [JSON.parse('{"preset":"coco"}'), 'options: preset: expected "corrected" or "pycocotools", got "coco"'],
  ])('the options %j', (options, message) => {
    expect(() => evaluateCoco(truth, right, options)).toThrow(message);
  });
});

function partsOf(message: string): {
  file: string;
  record: string;
  field: string;
  expected: string;
  actual: string;
} {
  const [, file, record, field, expected, actual] = /^(.*): (.*): (.*): expected (.*), got (.*)$/.exec(
    message,
  )!;
  return { file: file!, record: record!, field: field!, expected: expected!, actual: actual! };
}
