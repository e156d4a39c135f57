import * as tf from '@tensorflow/tfjs-core';

/** Waits until a device has computed a tensor, and with it all that was asked of it before; reads one number back. */
export async function finished(tensor: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => tf.slice(tf.reshape(tensor, [-1]), [0], [1]));
  await first.data();
  first.dispose();
}
