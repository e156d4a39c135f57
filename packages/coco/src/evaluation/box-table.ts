import { DataError, show } from '../data-error.ts';
import type { CocoAnnotation, CocoDetection } from './inputs.ts';
import { outside, type Numbering } from './numbering.ts';

/** Boxes in columns; row i of every column is one box. Only boxes of chosen images and categories have a row. */
export interface BoxTable {
  readonly count: number;
  /** [n] number of the image. */
  readonly image: Int32Array;
  /** [n] number of the category. */
  readonly category: Int32Array;
  /** [4n] x, y, width, height in pixels. */
  readonly box: Float64Array;
}

/** Ground truth in columns. */
export interface GroundTruthTable extends BoxTable {
  /** [n] square pixels. */
  readonly area: Float64Array;
  /** [n] 1 for a crowd region. */
  readonly crowd: Uint8Array;
  /** [n] 1 where detections of the box count neither way. */
  readonly ignored: Uint8Array;
  /** [n] 1 for annotation id 0, which pycocotools takes for "unmatched". */
  readonly idZero: Uint8Array;
}

/** Detections in columns. */
export interface DetectionTable extends BoxTable {
  /** [n] */
  readonly score: Float64Array;
  /** Detections left out because their category is not in the ground truth. */
  readonly unknownCategory: number;
}

/**
 * Reads ground truth into columns, in the order given. Annotations of unknown images or categories are left out, as
 * pycocotools does; `readCoco` refuses such files.
 *
 * @param flagged - whether an annotation's own `ignore` counts; without, only crowd regions are ignored
 * @throws DataError for a box that is not four finite numbers
 */
export function groundTruthTable(
  annotations: readonly CocoAnnotation[],
  images: Numbering,
  categories: Numbering,
  flagged: boolean,
): GroundTruthTable {
  const size = annotations.length;
  const columns = allocate(size);
  const area = new Float64Array(size);
  const crowd = new Uint8Array(size);
  const ignored = new Uint8Array(size);
  const idZero = new Uint8Array(size);
  let count = 0;
  for (const annotation of annotations) {
    const image = images.numberOf.get(annotation.image_id) ?? outside;
    const category = categories.numberOf.get(annotation.category_id) ?? outside;
    if (image === outside || category === outside) continue;
    if (!writeRow(columns, count, image, category, annotation.bbox)) {
      throw badBox(
        'ground truth',
        `annotation ${annotation.id ?? annotations.indexOf(annotation)}`,
        annotation.bbox,
      );
    }
    const at = 4 * count;
    area[count] = annotation.area ?? columns.box[at + 2]! * columns.box[at + 3]!;
    crowd[count] = annotation.iscrowd ? 1 : 0;
    ignored[count] = annotation.iscrowd || (flagged && annotation.ignore) ? 1 : 0;
    idZero[count] = annotation.id === 0 ? 1 : 0;
    count += 1;
  }
  return { ...columns, count, area, crowd, ignored, idZero };
}

/**
 * Reads detections into columns, in the order given.
 *
 * @throws DataError for an image that is not in the ground truth, a box that is not four finite numbers, or a score that
 * is not a finite number
 */
export function detectionTable(
  detections: readonly CocoDetection[],
  images: Numbering,
  categories: Numbering,
): DetectionTable {
  const size = detections.length;
  const columns = allocate(size);
  const score = new Float64Array(size);
  let count = 0;
  let unknownCategory = 0;
  for (let i = 0; i < size; i += 1) {
    const detection = detections[i]!;
    const image = images.numberOf.get(detection.image_id);
    if (image === undefined) {
      const actual = show(detection.image_id);
      throw new DataError({
        file: 'detections',
        record: `detection ${i}`,
        field: 'image_id',
        expected: 'an image of the ground truth',
        actual,
      });
    }
    const category = categories.numberOf.get(detection.category_id);
    if (category === undefined) unknownCategory += 1;
    if (image === outside || category === undefined || category === outside) continue;
    if (!writeRow(columns, count, image, category, detection.bbox)) {
      throw badBox('detections', `detection ${i}`, detection.bbox);
    }
    if (!Number.isFinite(detection.score)) {
      const actual = show(detection.score);
      throw new DataError({
        file: 'detections',
        record: `detection ${i}`,
        field: 'score',
        expected: 'a finite number',
        actual,
      });
    }
    score[count] = detection.score;
    count += 1;
  }
  return { ...columns, count, score, unknownCategory };
}

function allocate(size: number): Omit<BoxTable, 'count'> {
  return { image: new Int32Array(size), category: new Int32Array(size), box: new Float64Array(4 * size) };
}

/** False when the box is not four finite numbers. */
function writeRow(
  columns: Omit<BoxTable, 'count'>,
  row: number,
  image: number,
  category: number,
  bbox: ArrayLike<unknown> | undefined,
): boolean {
  columns.image[row] = image;
  columns.category[row] = category;
  if (bbox?.length !== 4) return false;
  const at = 4 * row;
  for (let k = 0; k < 4; k += 1) {
    const value = bbox[k];
    if (typeof value !== 'number' || !Number.isFinite(value)) return false;
    columns.box[at + k] = value;
  }
  return true;
}

function badBox(file: string, record: string, bbox: unknown): DataError {
  return new DataError({ file, record, field: 'bbox', expected: '4 finite numbers', actual: show(bbox) });
}
