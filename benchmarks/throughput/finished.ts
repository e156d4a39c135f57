import * as tf from '@tensorflow/tfjs-core';

/** Waits until a device has computed all that was asked of it; reads one number back, which it computes last. */
export async function finished(): Promise<void> {
  const mark = tf.fill([1], 0);
  await mark.data();
  mark.dispose();
}
