import '@tensorflow/tfjs-backend-cpu';
import { seededRandom } from '@equipoise/core';
import { priorBias } from '@equipoise/focal';
import { type Tensor1D, type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { initializers, layers, type LayersModel, sequential } from '@tensorflow/tfjs-layers';

/** What a detector sees of its anchors: two features of each, and whether it holds an object (0) or is background (1). */
export interface Scene {
  readonly features: Tensor2D;
  readonly labels: Tensor1D;
}

/** n anchors, one in 20 an object: a cloud around (2, shift) in the noise around the origin. */
export function scene(seed: number, n: number, shift = 2): Scene {
  const random = seededRandom(seed);
  const labels = Int32Array.from(random.uniform(n), (u) => (u < 0.05 ? 0 : 1));
  const noise = random.normal(2 * n);
  const features = noise.map((value, i) => {
    if (labels[i >> 1] === 1) return value;
    return value / 2 + (i % 2 === 0 ? 2 : shift);
  });
  return { features: tensor2d(features, [n, 2]), labels: tensor1d(labels, 'int32') };
}

/** A backbone of eight units and a head of one class, whose bias is that of a rare class. */
export function detector(): LayersModel {
  const kernel = (seed: number) => initializers.glorotUniform({ seed });
  return sequential({
    layers: [
      layers.dense({
        name: 'backbone',
        inputShape: [2],
        units: 8,
        activation: 'tanh',
        kernelInitializer: kernel(1),
      }),
      layers.dense({
        name: 'head',
        units: 1,
        kernelInitializer: kernel(2),
        biasInitializer: initializers.constant({ value: priorBias(0.05) }),
      }),
    ],
  });
}
