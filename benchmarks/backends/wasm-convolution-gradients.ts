import * as tf from '@tensorflow/tfjs-core';
import { geometryOf } from './convolution-geometry.ts';
import type { Axis, Geometry, Shape4D } from './convolution-geometry.ts';

/**
 * The two gradients of a convolution on the `wasm` backend, both said as a forward convolution.
 *
 * tfjs-backend-wasm has no filter gradient at all, and its input gradient is a plain loop. Its forward kernel is XNNPACK's,
 * and both gradients are convolutions themselves, so that one fast kernel serves all three.
 */
export function registerConvolutionGradients(): void {
  for (const { kernelName, kernelFunc } of kernels) {
    // A name taken twice is only warned about.
    if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
}

const kernels: { kernelName: string; kernelFunc: tf.KernelFunc }[] = [
  {
    kernelName: tf.Conv2DBackpropFilter,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
      const { filterShape } = attrs as unknown as tf.Conv2DBackpropFilterAttrs;
      const geometry = geometryOf(x.shape, filterShape, attrs);
      return tf.tidy(() => filterGradient(x, dy, geometry));
    },
  },
  {
    kernelName: tf.Conv2DBackpropInput,
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, filter } = inputs as unknown as { dy: tf.Tensor4D; filter: tf.Tensor4D };
      const { inputShape } = attrs as unknown as tf.Conv2DBackpropInputAttrs;
      const geometry = geometryOf(inputShape, filter.shape, attrs);
      return tf.tidy(() => inputGradient(dy, filter, geometry));
    },
  },
];

/**
 * dW: the input slid over by the output gradient as one large filter, dilated by the stride.
 *
 * Channels take the place of the batch and the batch that of the channels, which leaves `[C, k, k, F]`.
 */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, { rows, columns }: Geometry): tf.Tensor {
  const image = tf.transpose(x, [3, 1, 2, 0]);
  const filter = tf.transpose(dy, [1, 2, 0, 3]);
  const gradient = convolve(
    image,
    filter,
    [rows.before, paddingAfter(rows)],
    [columns.before, paddingAfter(columns)],
    [rows.stride, columns.stride],
  );
  return tf.transpose(gradient, [1, 2, 0, 3]);
}

/** What must follow the input so that exactly `kernel` positions come out; negative where its last rows went unused. */
function paddingAfter({ size, out, kernel, stride, before }: Axis): number {
  return (out - 1) * stride + kernel - size - before;
}

/**
 * dx: the output gradient convolved with the mirrored filter.
 *
 * With a stride, one input row in `stride` meets the same rows of the filter, so each phase has a small filter of its own;
 * all phases are computed at once as channels, and interleaved: no multiplication with inserted zeros.
 */
function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, geometry: Geometry): tf.Tensor {
  const { rows, columns } = geometry;
  const [y, x] = [phases(rows), phases(columns)];
  const blocks = convolve(dy, phaseFilter(filter, geometry), y.pad, x.pad, [1, 1]);
  const whole = interleave(blocks, geometry);
  if (whole.shape[1] === rows.size && whole.shape[2] === columns.size) return whole;
  const [batch] = whole.shape;
  return tf.slice(whole, [0, y.skip, x.skip, 0], [batch, rows.size, columns.size, geometry.channels]);
}

/** Padding of the output gradient, and how many rows of the interleaved result lie before the first row of the input. */
function phases({ size, out, kernel, stride, before }: Axis): {
  pad: [number, number];
  skip: number;
} {
  const taps = Math.ceil(kernel / stride);
  const first = Math.floor(before / stride);
  const last = Math.floor((size - 1 + before) / stride);
  return { pad: [taps - 1 - first, last - (out - 1)], skip: before - first * stride };
}

/** `[k, k, C, F]` to `[taps, taps, F, stride * stride * C]`, mirrored. */
function phaseFilter(filter: tf.Tensor4D, { rows, columns, channels, filters }: Geometry): tf.Tensor4D {
  const [tall, wide] = [rows.stride, columns.stride];
  const [down, across] = [Math.ceil(rows.kernel / tall), Math.ceil(columns.kernel / wide)];
  const [lacking, lackingWide] = [down * tall - rows.kernel, across * wide - columns.kernel];
  const padded =
    lacking + lackingWide > 0
      ? tf.pad(filter, [
          [0, lacking],
          [0, lackingWide],
          [0, 0],
          [0, 0],
        ])
      : filter;
  const split = tf.reshape(padded, [down, tall, across, wide, channels, filters]);
  const mirrored = tf.reverse(split, [0, 2]);
  const moved = tf.transpose(mirrored, [0, 2, 5, 1, 3, 4]);
  return tf.reshape(moved, [down, across, filters, tall * wide * channels]);
}

/** `[n, h, w, stride * stride * C]` to `[n, h * stride, w * stride, C]`. */
function interleave(blocks: tf.Tensor4D, { rows, columns, channels }: Geometry): tf.Tensor4D {
  if (rows.stride === 1 && columns.stride === 1) return blocks;
  const [batch, height, width] = blocks.shape;
  const split = tf.reshape(blocks, [batch * height, width, rows.stride, columns.stride * channels]);
  const moved = tf.transpose(split, [0, 2, 1, 3]);
  return tf.reshape(moved, [batch, height * rows.stride, width * columns.stride, channels]);
}

type Pad = [before: number, after: number];

/** The forward kernel with stride 1; a negative padding cuts. */
function convolve(
  image: tf.Tensor4D,
  filter: tf.Tensor4D,
  rows: Pad,
  columns: Pad,
  dilations: [number, number],
): tf.Tensor4D {
  const [batch, height, width, channels] = image.shape;
  const [tall, wide] = [height + cutBy(rows), width + cutBy(columns)];
  // Nothing but padding is left: XNNPACK refuses an empty image, leaving its output as it was.
  if (tall <= 0 || wide <= 0) {
    const reach = (axis: 0 | 1) => ((filter.shape[axis] ?? 1) - 1) * dilations[axis];
    const size = [height + sum(rows) - reach(0), width + sum(columns) - reach(1)] as const;
    return tf.zeros([batch, ...size, filter.shape[3]]);
  }
  const begin: Shape4D = [0, Math.max(0, -rows[0]), Math.max(0, -columns[0]), 0];
  const whole = tall === height && wide === width;
  const part = whole ? image : tf.slice(image, begin, [batch, tall, wide, channels]);
  const pad: tf.backend_util.ExplicitPadding = [[0, 0], widened(rows), widened(columns), [0, 0]];
  return tf.conv2d(part, filter, 1, pad, 'NHWC', dilations);
}

const sum = ([before, after]: Pad): number => before + after;
const cutBy = ([before, after]: Pad): number => Math.min(0, before) + Math.min(0, after);
const widened = ([before, after]: Pad): Pad => [Math.max(0, before), Math.max(0, after)];
