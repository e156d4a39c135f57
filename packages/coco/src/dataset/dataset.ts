import type { Id } from '../evaluation/inputs.ts';

/** Corners of a box: [x1, y1, x2, y2] in pixels, x2 and y2 just past the last pixel, so that `x2 - x1` is the width. */
export type Corners = readonly [x1: number, y1: number, x2: number, y2: number];

/** A class of a data set. */
export interface DatasetCategory {
  /** As in the COCO file; 1, 2, … for VOC. */
  readonly id: Id;
  readonly name: string;
}

/** One object in an image. */
export interface DatasetBox {
  /** As in the COCO file; 1, 2, … over the data set for VOC. */
  readonly id: Id;
  /** Index into the data set's `categories`. */
  readonly category: number;
  readonly box: Corners;
  /** Square pixels; the annotation's own where the file gives one, which may be less than the box. */
  readonly area: number;
  /** The box stands for a crowd of objects. */
  readonly crowd: boolean;
  /** The object should count neither way (VOC: difficult). */
  readonly ignore: boolean;
}

/** One image and its objects. */
export interface DatasetImage {
  /** As in the COCO file; the name without its ending for VOC. */
  readonly id: Id;
  /** Absolute path. */
  readonly file: string;
  /** As in the annotations. */
  readonly fileName: string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Perhaps none. */
  readonly boxes: readonly DatasetBox[];
}

/** One part of a data set, such as `train`. */
export interface Split {
  readonly name: string;
  readonly images: readonly DatasetImage[];
}

/** Images with boxes, the same whatever format they were read from. */
export interface Dataset {
  /** Name of the folder. */
  readonly name: string;
  /** The classes read, in the order of the file (COCO) or of the alphabet (VOC). */
  readonly categories: readonly DatasetCategory[];
  /** By name: `train`, `val`, `test`, … */
  readonly splits: Readonly<Record<string, Split>>;
  /** What was changed or looks odd, a line each: `instances_train.json: 2 boxes of no size dropped`. */
  readonly notes: readonly string[];
}

/** What to read of a data set. */
export interface ReadOptions {
  /** Names of the splits to read. Default all that are there. */
  readonly splits?: readonly string[];
  /** Names of the classes to keep; boxes of others are left out, their images stay. Default all. */
  readonly classes?: readonly string[];
}
