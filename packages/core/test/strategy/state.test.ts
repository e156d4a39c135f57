import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  disposeState,
  keepState,
  restoreState,
  saveState,
  stateTensors,
  type SavedState,
} from '../../src/index.ts';
import { onEachBackend } from '../boxes/support.ts';

const throughJson = (saved: SavedState): SavedState => JSON.parse(JSON.stringify(saved)) as SavedState;

onEachBackend(() => {
  describe('a state', () => {
    test('comes back from JSON as it was, float32 bits, dtypes and shapes', async () => {
      const before = tf.memory().numTensors;
      const state = {
        none: undefined,
        count: -0.1,
        list: [tf.tensor2d([[0.1, 1e-40, 3.4e38]]), [tf.tensor1d([-7, 8], 'int32'), undefined]],
        nested: { tensor: tf.scalar(5), record: 2 },
        empty: tf.zeros([0, 3]),
      };
      const restored = restoreState(throughJson(await saveState(state))) as typeof state;
      expect(restored.none).toBeUndefined();
      expect(restored.count).toBe(-0.1);
      const [floats, [whole, none]] = restored.list as unknown as [tf.Tensor, [tf.Tensor, undefined]];
      expect(floats.shape).toEqual([1, 3]);
      expect(Array.from(floats.dataSync())).toEqual([0.1, 1e-40, 3.4e38].map(Math.fround));
      expect([whole.dtype, ...whole.dataSync()]).toEqual(['int32', -7, 8]);
      expect(none).toBeUndefined();
      expect(restored.nested.tensor.dataSync()[0]).toBe(5);
      expect(restored.nested.record).toBe(2);
      expect(restored.empty.shape).toEqual([0, 3]);
      disposeState(state);
      disposeState(restored);
      expect(tf.memory().numTensors).toBe(before);
    });

    test('may be nothing or a number', async () => {
      for (const state of [undefined, 0, 3])
        expect(restoreState(throughJson(await saveState(state)))).toBe(state);
      expect(stateTensors(undefined)).toEqual([]);
    });

    test('outlives its scope when kept', () => {
      const held: tf.Tensor[] = [];
      tf.tidy(() => {
        held.push(tf.scalar(1), tf.scalar(2), tf.scalar(3));
        keepState({ first: held[0]!, list: [held[1]!, 3] });
      });
      expect(held.map((tensor) => tensor.isDisposed)).toEqual([false, false, true]);
      tf.dispose(held.slice(0, 2));
    });

    test('is disposed but for what its successor holds', () => {
      const [shared, old, fresh] = [tf.scalar(1), tf.scalar(2), tf.scalar(3)];
      disposeState({ shared, old }, [fresh, shared]);
      expect([shared.isDisposed, old.isDisposed, fresh.isDisposed]).toEqual([false, true, false]);
      tf.dispose([shared, fresh]);
    });
  });
});
