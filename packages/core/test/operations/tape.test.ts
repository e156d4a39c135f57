import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { defineOperation, detach, spread, weightedSum, withGradient } from '../../src/index.ts';
import { isRecording } from '../../src/operations/is-recording.ts';
import { unrecorded } from '../../src/operations/unrecorded.ts';
import { expectClose, onEachBackend, withoutLeaks } from '../boxes/support.ts';

onEachBackend((backend) => {
  describe('detach', () => {
    test('keeps values, shape and dtype, and cuts the history', () => {
      tf.tidy(() => {
        const x = tf.tensor2d([[1, -2]]);
        expect(detach(x).arraySync()).toEqual([[1, -2]]);
        expect(detach(tf.tensor1d([3], 'int32')).dtype).toBe('int32');
        const gradient = tf.grad((y) => tf.sum(tf.mul(detach(y), y)))(x);
        expect(gradient.arraySync()).toEqual([[1, -2]]);
      });
    });

    test('outlives its source, and leaks nothing', () => {
      const x = tf.tensor1d([1, 2]);
      const y = withoutLeaks(() => detach(x));
      x.dispose();
      expect(Array.from(y.dataSync())).toEqual([1, 2]);
      y.dispose();
    });

    test('takes a tensor that another backend holds', async () => {
      const other = backend === 'cpu' ? 'wasm' : 'cpu';
      await tf.setBackend(other);
      const x = tf.tensor1d([1, 2]);
      await tf.setBackend(backend);
      expect(Array.from(detach(x).dataSync())).toEqual([1, 2]);
    });
  });

  test('nothing is recorded outside of a gradient, nor where a value comes with a gradient of its own', () => {
    tf.tidy(() => {
      const seen: boolean[] = [];
      const see = (x: tf.Tensor): tf.Tensor => {
        seen.push(isRecording());
        return tf.sum(tf.mul(x, x));
      };
      see(tf.scalar(1));
      tf.grad((x) =>
        tf.add(
          see(x),
          unrecorded(() => see(x)),
        ),
      )(tf.scalar(1));
      expect(seen).toEqual([false, true, false]);
    });
  });

  describe('spread', () => {
    test('repeats a column', () => {
      tf.tidy(() => {
        expect(spread(tf.tensor1d([1, 2]), 3).arraySync()).toEqual([
          [1, 1, 1],
          [2, 2, 2],
        ]);
        expect(spread(tf.tensor1d([], 'float32'), 3).shape).toEqual([0, 3]);
        expectClose(
          tf.grad((x) =>
            tf.sum(
              tf.mul(spread(x, 2), [
                [1, 2],
                [3, 4],
              ]),
            ),
          )(tf.tensor1d([5, 6])),
          [3, 7],
        );
      });
    });
  });

  describe('weightedSum', () => {
    test('has the gradients of a sum of products', () => {
      tf.tidy(() => {
        const losses = tf.tensor2d([
          [1, 2],
          [3, 4],
        ]);
        const weights = tf.tensor1d([10, 100]);
        expect(weightedSum(losses, weights).dataSync()[0]).toBe(730);
        const [byLosses, byWeights] = tf.grads((l, w) => tf.mul(weightedSum(l, w), 2))([losses, weights]);
        expect(byLosses!.arraySync()).toEqual([
          [20, 20],
          [200, 200],
        ]);
        expect(byWeights!.arraySync()).toEqual([6, 14]);
        const same = tf.grads((l, w) => weightedSum(l, w))([losses, tf.clone(losses)]);
        expect(same.map((x) => x.arraySync())).toEqual([losses.arraySync(), losses.arraySync()]);
      });
    });
  });

  describe('withGradient', () => {
    test('uses the gradient by hand, for each input, and leaks nothing', () => {
      const square = (x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
        withGradient(
          [x, y],
          (a, b) => ({ value: tf.mul(a, b), saved: [a] }),
          (upstream, [a]) => [tf.mul(upstream, 7), tf.mul(upstream, a!)],
        );
      const [x, y] = [tf.scalar(3), tf.scalar(5)];
      expect(withoutLeaks(() => square(x, y)).dataSync()[0]).toBe(15);
      const gradients = withoutLeaks(() => tf.grads(square)([x, y]));
      expect(gradients.map((g) => g.dataSync()[0])).toEqual([7, 3]);
    });
  });

  describe('defineOperation', () => {
    test('prefers a kernel of the backend, then the host, then the composed form', () => {
      tf.tidy(() => {
        const inputs = { x: tf.scalar(1) };
        const composed = (): tf.Tensor => tf.scalar(1);
        const host = (): tf.Tensor => tf.scalar(2);
        expect(defineOperation('A', { composed })(inputs, {}).dataSync()[0]).toBe(1);
        const operation = defineOperation('FusedB', { composed, host });
        expect(operation(inputs, {}).dataSync()[0]).toBe(2);
        tf.registerKernel({
          kernelName: 'FusedB',
          backendName: backend,
          kernelFunc: ({ attrs }) => tf.scalar((attrs as { factor: number }).factor),
        });
        try {
          expect(operation(inputs, { factor: 5 }).dataSync()[0]).toBe(5);
        } finally {
          tf.unregisterKernel('FusedB', backend);
        }
      });
    });
  });
});
