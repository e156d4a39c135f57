import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { gridAnchors } from './grid-anchors.ts';
import type { Stage } from './row.ts';

/** Predictions of a detector on some images, with what would be right; all images have the same anchors. */
export interface AnchorPool {
  readonly classes: number;
  readonly images: number;
  /** [anchors an image, 4] x1 y1 x2 y2, pixels. */
  readonly anchors: Float32Array;
  /** [images × anchors, classes] */
  readonly logits: Float32Array;
  /** [images × anchors, 4] predicted boxes. */
  readonly boxes: Float32Array;
  /** [images × anchors] -2 ignored, -1 background, else the class. */
  readonly labels: Int8Array;
  /** [images × anchors] the assigned ground truth of the image, 255 none. */
  readonly groundTruth: Uint8Array;
  /** [images × anchors] */
  readonly maxOverlaps: Float32Array;
  /** The ground truths of each image. */
  readonly truths: readonly (readonly (readonly number[])[])[];
}

/** Where the real detector's predictions lie: beside the repository, or where a bundle says. */
const FOLDER =
  process.env['EQUIPOISE_ANCHOR_POOL'] ??
  path.resolve(import.meta.dirname, '../../../shared/data/anchor-pool');

const STEPS: Readonly<Record<Stage, string>> = { initial: 'init', middle: 'it100', trained: 'it600' };

const ARRAYS = { int8: Int8Array, uint8: Uint8Array, int16: Int16Array };

interface Header {
  readonly images: number;
  readonly anchorsPerImage: number;
  readonly gtBoxes: readonly (readonly (readonly number[])[])[];
  readonly tensors: readonly {
    readonly name: string;
    readonly dtype: keyof typeof ARRAYS;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

/** Whether the predictions of a real detector are there. */
export function hasPool(): boolean {
  return existsSync(path.join(FOLDER, 'bccd3.json'));
}

/** The predictions of a real detector of one class or of three, at a stage of its training. */
export function loadPool(classes: number, stage: Stage): AnchorPool {
  const file = path.join(FOLDER, classes === 1 ? 'bccd_platelets' : 'bccd3');
  const header = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Header;
  const { buffer } = new Uint8Array(gunzipSync(readFileSync(`${file}.bin.gz`)));
  const tensor = (name: string) => {
    const { dtype, shape, offset } = header.tensors.find((tensor) => tensor.name === name)!;
    return new ARRAYS[dtype](
      buffer,
      offset,
      shape.reduce((a, b) => a * b, 1),
    );
  };
  const step = STEPS[stage];
  return {
    classes: header.tensors.find(({ name }) => name === `${step}/logits`)!.shape[2]!,
    images: header.images,
    anchors: gridAnchors(),
    logits: Float32Array.from(tensor(`${step}/logits`), (fixed) => fixed / 1024),
    boxes: Float32Array.from(tensor(`${step}/boxes`), (fixed) => fixed / 64),
    labels: tensor('label') as Int8Array,
    groundTruth: tensor('gt') as Uint8Array,
    maxOverlaps: Float32Array.from(tensor('maxIoU'), (fixed) => fixed / 255),
    truths: header.gtBoxes,
  };
}
