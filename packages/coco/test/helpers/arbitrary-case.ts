import fc from 'fast-check';
import type { CocoAnnotation, CocoDetection, CocoGroundTruth } from '../../src/index.ts';

/** A small random evaluation. */
export interface RandomCase {
  readonly truth: CocoGroundTruth;
  readonly detections: readonly CocoDetection[];
}

const box = fc
  .tuple(
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 12 }),
  )
  // Times 9: areas on both sides of 32² and 96².
  .map((sides) => sides.map((side) => side * 9));
const place = {
  image_id: fc.integer({ min: 1, max: 4 }),
  category_id: fc.integer({ min: 1, max: 3 }),
  bbox: box,
};

/** Boxes on a coarse grid, so that equal overlaps, equal scores and equal boxes are common. */
export const randomCase: fc.Arbitrary<RandomCase> = fc
  .record({
    annotations: fc.array(
      fc.record({
        ...place,
        iscrowd: fc.constantFrom(0, 0, 0, 0, 1),
        ignore: fc.constantFrom(0, 0, 0, 0, 1),
        share: fc.double({ min: 0.3, max: 1, noNaN: true }),
      }),
      { maxLength: 14 },
    ),
    detections: fc.array(
      fc.record({ ...place, score: fc.integer({ min: -4, max: 12 }).map((value) => value / 8) }),
      {
        maxLength: 30,
      },
    ),
    copies: fc.array(
      fc.record({
        of: fc.nat(13),
        score: fc.integer({ min: 0, max: 12 }),
        shift: fc.integer({ min: -2, max: 2 }),
      }),
      {
        maxLength: 14,
      },
    ),
  })
  .map(({ annotations, detections, copies }) => {
    const truth = withIds(
      annotations.map(({ share, ...rest }) => ({ ...rest, area: share * rest.bbox[2]! * rest.bbox[3]! })),
    );
    const near = copies.flatMap(({ of, score, shift }) => {
      const annotation = annotations[of];
      if (annotation === undefined) return [];
      const { image_id, category_id, bbox } = annotation;
      const moved = bbox.map((side, i) => (i === 0 ? side + 3 * shift : side));
      return [{ image_id, category_id, bbox: moved, score: score / 8 }];
    });
    return { truth, detections: [...detections, ...near] };
  });

function withIds(annotations: readonly Omit<CocoAnnotation, 'id'>[]): CocoGroundTruth {
  return {
    images: [4, 2, 1, 3].map((id) => ({ id })),
    categories: [3, 1, 2].map((id) => ({ id, name: `class ${id}` })),
    annotations: annotations.map((annotation, id) => ({ ...annotation, id })),
  };
}
