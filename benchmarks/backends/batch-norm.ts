import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { normalize } from './normalize.ts';

/** Options of {@link BatchNorm}; the defaults are those of `tf.layers.batchNormalization`. */
export interface BatchNormOptions {
  /** Name of the layer, unique in a model. */
  readonly name?: string;
  /** Share of the old running moments kept in a step. @defaultValue 0.99 */
  readonly momentum?: number;
  /** Added to the variance. @defaultValue 1e-3 */
  readonly epsilon?: number;
}

/**
 * Batch normalisation over all axes but the last, with the same weights as `tf.layers.batchNormalization` and the same results.
 *
 * The stock layer's gradient goes through `tf.moments` and tiles the deviation to the size of the input, nearly half of a
 * training step on wasm; this one has its gradient in closed form.
 */
export class BatchNorm extends layers.Layer {
  static readonly className = 'EquipoiseBatchNorm';
  readonly momentum: number;
  readonly epsilon: number;
  private variables: Record<'gamma' | 'beta' | 'mean' | 'variance', LayerVariable> | undefined;

  constructor(options: BatchNormOptions = {}) {
    super(options.name === undefined ? {} : { name: options.name });
    this.momentum = options.momentum ?? 0.99;
    this.epsilon = options.epsilon ?? 1e-3;
    this.supportsMasking = true;
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = [inputShape.flat().at(-1) ?? null];
    const [zeros, ones] = [initializers.zeros(), initializers.ones()];
    this.variables = {
      gamma: this.addWeight('gamma', shape, 'float32', ones),
      beta: this.addWeight('beta', shape, 'float32', zeros),
      mean: this.addWeight('moving_mean', shape, 'float32', zeros, undefined, false),
      variance: this.addWeight('moving_variance', shape, 'float32', ones, undefined, false),
    };
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const [x] = [inputs].flat();
    if (x === undefined || this.variables === undefined) throw new Error(`${this.name}: not built`);
    const { gamma, beta, mean, variance } = this.variables;
    return tf.tidy(() => {
      if (kwargs.training !== true) {
        const [m, v, b, g] = [mean, variance, beta, gamma].map((variable) => variable.read() as tf.Tensor1D);
        return tf.batchNorm(x, m!, v!, b, g, this.epsilon);
      }
      const { value, ...moments } = normalize(x, gamma.read(), beta.read(), this.epsilon);
      this.follow(mean, moments.mean);
      this.follow(variance, moments.variance);
      return value;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), momentum: this.momentum, epsilon: this.epsilon };
  }

  private follow(running: LayerVariable, value: tf.Tensor): void {
    tf.tidy(() => {
      const old = running.read();
      running.write(tf.add(old, tf.mul(tf.sub(value, old), 1 - this.momentum)));
    });
  }
}

tf.serialization.registerClass(BatchNorm);
