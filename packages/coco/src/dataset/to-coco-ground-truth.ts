import type { CocoGroundTruth } from '../evaluation/inputs.ts';
import type { DatasetCategory, DatasetImage } from './dataset.ts';

/**
 * The ground truth of some images, as `evaluateCoco` and `evaluateVoc` take it.
 *
 * @param images - of one split; ids must differ
 * @param categories - of the same data set
 */
export function toCocoGroundTruth(
  images: readonly DatasetImage[],
  categories: readonly DatasetCategory[],
): CocoGroundTruth {
  return {
    images: images.map(({ id, fileName, width, height }) => ({ id, file_name: fileName, width, height })),
    categories: categories.map(({ id, name }) => ({ id, name })),
    annotations: images.flatMap((image) =>
      image.boxes.map(({ id, category, box: [x1, y1, x2, y2], area, crowd, ignore }) => ({
        id,
        image_id: image.id,
        category_id: categories[category]!.id,
        bbox: [x1, y1, x2 - x1, y2 - y1],
        area,
        iscrowd: crowd ? 1 : 0,
        ignore: ignore ? 1 : 0,
      })),
    ),
  };
}
