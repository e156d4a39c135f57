import * as tf from '@tensorflow/tfjs-core';

/** The normalised batch, and the moments it was normalised with: constants to the gradient. */
export interface Normalized {
  readonly value: tf.Tensor;
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/** `gamma * (x - mean) / sqrt(variance + epsilon) + beta` over all axes but the last, with its gradient in closed form. */
export function normalize(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): Normalized {
  const channels = x.shape.at(-1) ?? 1;
  const rows = x.size / channels;
  const flat = tf.reshape<tf.Rank.R2>(x, [rows, channels]);
  const mean = columnMeans(flat);
  const centred = tf.sub<tf.Tensor2D>(flat, mean);
  const variance = columnMeans(tf.square(centred));
  const deviation = tf.rsqrt(tf.add(variance, epsilon));
  const unit = tf.mul<tf.Tensor2D>(centred, deviation);

  const normalized = tf.customGrad((_x, ...rest) => {
    const [gamma, beta, save] = rest as unknown as [tf.Tensor, tf.Tensor, (saved: tf.Tensor[]) => void];
    save([unit, tf.mul(deviation, gamma)]);
    const value = tf.reshape(tf.add(tf.mul(unit, gamma), beta), x.shape);
    return { value, gradFunc: (dy, saved) => backward(dy, saved) };
  });
  return { value: normalized(x, gamma, beta), mean, variance };
}

function backward(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [unit, slope] = saved as [tf.Tensor2D, tf.Tensor1D];
  const flow = tf.reshape<tf.Rank.R2>(dy, unit.shape);
  const along = columnMeans(flow);
  const across = columnMeans(tf.mul(flow, unit));
  const dx = tf.mul(tf.sub(tf.sub(flow, along), tf.mul(unit, across)), slope);
  const [rows] = unit.shape;
  return [tf.reshape(dx, dy.shape), tf.mul(across, rows), tf.mul(along, rows)];
}

/** A product with a row of ones: on wasm `tf.mean` over the first axis transposes its input, this is one XNNPACK call. */
function columnMeans(flat: tf.Tensor2D): tf.Tensor1D {
  const [rows, channels] = flat.shape;
  return tf.reshape(tf.div(tf.matMul(tf.ones<tf.Rank.R2>([1, rows]), flat), rows), [channels]);
}
