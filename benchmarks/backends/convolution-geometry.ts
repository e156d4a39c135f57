import * as tf from '@tensorflow/tfjs-core';

/** `[batch, height, width, channels]`, or `[height, width, channels, filters]` of a filter. */
export type Shape4D = [number, number, number, number];

/** One spatial axis of a convolution: sizes, stride and the padding before it. */
export interface Axis {
  readonly size: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
}

/** What both gradients of one convolution need to know. */
export interface Geometry {
  readonly rows: Axis;
  readonly columns: Axis;
  readonly channels: number;
  readonly filters: number;
}

/** Reads the sizes of a convolution from its attributes, and refuses what is not supported. */
export function geometryOf(shape: Shape4D, filter: Shape4D, attrs: tf.NamedAttrMap | undefined): Geometry {
  const { strides, pad, dataFormat, dimRoundingMode } = attrs as unknown as tf.Conv2DBackpropInputAttrs;
  if (dataFormat !== 'NHWC') {
    throw new Error(
      `benchmarks/backends: a convolution gradient on wasm takes dataFormat NHWC, got ${dataFormat}`,
    );
  }
  if (filter[2] !== shape[3]) {
    throw new Error(
      `benchmarks/backends: a convolution gradient on wasm takes no groups: ` +
        `the input has ${shape[3]} channels, the filter ${filter[2]}`,
    );
  }
  if (typeof pad === 'number' && (filter[0] !== filter[1] || new Set([strides].flat()).size > 1)) {
    // computeConv2DInfo takes the height's kernel and stride for the width as well, so the output has a wrong size.
    throw new Error(
      `benchmarks/backends: a convolution gradient on wasm takes a numeric pad only with a square filter and ` +
        `equal strides, got filter ${filter[0]}x${filter[1]}, strides ${strides.toString()}`,
    );
  }
  const info = tf.backend_util.computeConv2DInfo(shape, filter, strides, 1, pad, dimRoundingMode);
  const { padInfo } = info;
  return {
    rows: {
      size: info.inHeight,
      out: info.outHeight,
      kernel: info.filterHeight,
      stride: info.strideHeight,
      before: padInfo.top,
    },
    columns: {
      size: info.inWidth,
      out: info.outWidth,
      kernel: info.filterWidth,
      stride: info.strideWidth,
      before: padInfo.left,
    },
    channels: info.inChannels,
    filters: info.outChannels,
  };
}
