import type { BoxTable, DetectionTable } from './box-table.ts';
import { identityOrder, orderByKey, orderByScore, startsByKey } from './stable-order.ts';

/** Boxes sorted by category, then by image. */
export interface Grouped {
  /** [n] rows of the table. */
  readonly order: Int32Array;
  /** [K + 1] where each category's run begins. */
  readonly categoryStart: Int32Array;
}

/** Detections sorted for matching and for accumulating. */
export interface GroupedDetections extends Grouped {
  /** [n] position of each row among the detections of its category, best score first; ties by image, then as given. */
  readonly rank: Int32Array;
}

/**
 * Sorts ground truth by (category, image), otherwise keeping its order.
 *
 * @param column - [n] category numbers to group by: zeros where categories do not matter
 */
export function groupGroundTruth(
  table: BoxTable,
  column: Int32Array,
  images: number,
  categories: number,
): Grouped {
  const order = orderByKey(orderByKey(startingOrder(table, column), table.image, images), column, categories);
  return { order, categoryStart: startsByKey(order, column, categories) };
}

/**
 * Sorts detections by (category, image, score), best score first, equal scores in the order given.
 *
 * @param column - [n] category numbers to group by: zeros where categories do not matter
 */
export function groupDetections(
  table: DetectionTable,
  column: Int32Array,
  images: number,
  categories: number,
): GroupedDetections {
  const byImage = orderByKey(startingOrder(table, column), table.image, images);
  const byScore = orderByScore(byImage, table.score);
  const ranked = orderByKey(byScore, column, categories);
  const categoryStart = startsByKey(ranked, column, categories);
  const rank = new Int32Array(table.count);
  for (let category = 0; category < categories; category += 1) {
    const start = categoryStart[category]!;
    for (let i = start; i < categoryStart[category + 1]!; i += 1) rank[ranked[i]!] = i - start;
  }
  const order = orderByKey(orderByKey(byScore, table.image, images), column, categories);
  return { order, categoryStart, rank };
}

/** As given; where categories do not matter pycocotools still lists an image's boxes category by category. */
function startingOrder(table: BoxTable, column: Int32Array): Int32Array {
  const order = identityOrder(table.count);
  if (column === table.category) return order;
  let categories = 0;
  for (let i = 0; i < table.count; i += 1) categories = Math.max(categories, table.category[i]! + 1);
  return orderByKey(order, table.category, categories);
}
