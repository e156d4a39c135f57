/**
 * Data sets in COCO and Pascal VOC format, read from disk, and their images, decoded with sharp. Node only.
 *
 * @packageDocumentation
 */
export { DataError, type DataErrorParts } from './data-error.ts';
export type {
  Corners,
  Dataset,
  DatasetBox,
  DatasetCategory,
  DatasetImage,
  ReadOptions,
  Split,
} from './dataset/dataset.ts';
export { readCoco } from './dataset/read-coco.ts';
export { readDataset } from './dataset/read-dataset.ts';
export { readVoc } from './dataset/read-voc.ts';
export { decodeImage, type DecodedImage, type DecodeOptions } from './images/decode-image.ts';
export { streamImages, type StreamOptions } from './images/stream-images.ts';
