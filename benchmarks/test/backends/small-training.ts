import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { BatchNorm } from '../../backends/batch-norm.ts';

/** Losses of a few Adam steps of a small convolutional net on the current backend, from weights that are always the same. */
export async function trainSmallNet(steps = 4): Promise<number[]> {
  const model = sequential({
    layers: [
      layers.conv2d({
        filters: 4,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        useBias: false,
        inputShape: [9, 8, 3],
      }),
      new BatchNorm({ epsilon: 1e-5 }),
      layers.reLU(),
      layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same' }),
    ],
  });
  const weights = model.getWeights().map((weight, i) => {
    const isFilter = weight.rank === 4;
    return isFilter ? tf.randomNormal(weight.shape, 0, 0.3, 'float32', i + 1) : tf.onesLike(weight);
  });
  model.setWeights(weights);
  const x = tf.randomNormal([2, 9, 8, 3], 0, 1, 'float32', 11);
  const y = tf.randomNormal([2, 5, 4, 2], 0, 1, 'float32', 12);
  const optimizer = tf.train.adam(0.01);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const loss = optimizer.minimize(() => {
      const error = tf.sub(model.apply(x, { training: true }) as tf.Tensor, y);
      return tf.mean<tf.Scalar>(tf.square(error));
    }, true);
    // Asynchronous, because webgpu in Node knows no other way.
    losses.push((await loss?.data())?.[0] ?? Number.NaN);
    loss?.dispose();
  }
  model.dispose();
  optimizer.dispose();
  tf.dispose([weights, x, y]);
  return losses;
}
