/** Identifies an image or a category; numbers in COCO files. */
export type Id = number | string;

/** An image of the ground truth. Only the id takes part in the evaluation. */
export interface CocoImage {
  readonly id: Id;
  readonly file_name?: string;
  readonly width?: number;
  readonly height?: number;
}

/** A class. */
export interface CocoCategory {
  readonly id: Id;
  readonly name: string;
}

/** One ground-truth box, with the field names of COCO files. */
export interface CocoAnnotation {
  readonly id?: Id;
  readonly image_id: Id;
  readonly category_id: Id;
  /** [x, y, width, height] in pixels, x and y of the top left corner. */
  readonly bbox: ArrayLike<number>;
  /** Area in square pixels, which the small / medium / large split goes by; `width · height` when absent. */
  readonly area?: number;
  /** 1: a region holding many objects; any number of detections may fall on it, none counts. */
  readonly iscrowd?: number | boolean;
  /** 1: detections of this box count neither for nor against (VOC: difficult). */
  readonly ignore?: number | boolean;
}

/** Ground truth in the shape of a COCO `instances_*.json`. */
export interface CocoGroundTruth {
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoAnnotation[];
  readonly categories: readonly CocoCategory[];
}

/** One detection in the shape of a COCO results file. */
export interface CocoDetection {
  readonly image_id: Id;
  readonly category_id: Id;
  /** [x, y, width, height] in pixels. */
  readonly bbox: ArrayLike<number>;
  /** Higher is surer; any finite number. */
  readonly score: number;
}
