import { SIZE } from '../../throughput/grid-anchors.ts';
import { inputArraysOf, type InputArrays, type InputFacts } from '../../throughput/inputs.ts';
import type { NdArray } from './arrays.ts';

/** Anchors, predicted boxes and ground truths of one large picture. */
export interface Picture {
  /** [n, 4] */
  readonly anchors: NdArray;
  /** [n, 4] */
  readonly boxes: NdArray;
  /** [n] the highest probability of each anchor. */
  readonly scores: NdArray;
  /** The ground truths, each x1 y1 x2 y2. */
  readonly truths: readonly (readonly number[])[];
}

/** The images of a batch side by side as one picture, so that clusters grow in number with the anchors, not in size. */
export function pictureOf(facts: InputFacts): Picture {
  const arrays = inputArraysOf(facts);
  const across = Math.ceil(Math.sqrt(arrays.imageCount));
  const cornerOf = (image: number): [x: number, y: number] => [
    SIZE.width * (image % across),
    SIZE.height * Math.floor(image / across),
  ];
  const moved = (boxes: Float32Array): NdArray => ({
    shape: [arrays.labels.length, 4],
    values: boxes.map((value, at) => value + cornerOf(arrays.image[at >> 2]!)[at % 2]!),
  });
  return {
    anchors: moved(arrays.anchors),
    boxes: moved(arrays.boxes),
    scores: { shape: [arrays.labels.length], values: scoresOf(arrays) },
    truths: Array.from({ length: arrays.imageCount }, (_, image) =>
      arrays.truths[image % arrays.truths.length]!.map((box) =>
        box.map((value, axis) => value + cornerOf(image)[axis % 2]!),
      ),
    ).flat(),
  };
}

function scoresOf({ logits, labels }: InputArrays): Float32Array {
  const classes = logits.length / labels.length;
  return Float32Array.from(labels, (_, row) => {
    const highest = logits.subarray(row * classes, (row + 1) * classes).reduce((a, b) => Math.max(a, b));
    return 1 / (1 + Math.exp(-highest));
  });
}
