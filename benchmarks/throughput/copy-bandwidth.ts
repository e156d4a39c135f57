import * as tf from '@tensorflow/tfjs-core';
import { deviceTime } from './device-time.ts';
import { finished } from './finished.ts';
import { medianTime } from './median-time.ts';

/** 64 MiB: more than caches hold, so that it is memory that is measured. */
const BYTES = 2 ** 26;

/**
 * Bytes a second, read and written, of a large copy. Where tensors live in this process, of `TypedArray.set`; on a device, of the
 * negation of a tensor, which moves the same bytes.
 */
export async function copyBandwidth(backend: string): Promise<number> {
  const { medianMs } = backend === 'webgpu' ? await onDevice() : await inMemory();
  return (2 * BYTES) / (medianMs / 1e3);
}

function inMemory() {
  const from = new Float32Array(BYTES / 4).fill(1);
  const to = new Float32Array(BYTES / 4);
  return medianTime(() => to.set(from), { quick: true });
}

async function onDevice() {
  const from = tf.fill([BYTES / 4], 1);
  const copy = () => [tf.neg(from)];
  const { times } = await deviceTime(copy, { quick: true });
  const time =
    times ??
    (await medianTime(
      async () => {
        const [to] = copy();
        await finished();
        to!.dispose();
      },
      { quick: true },
    ));
  from.dispose();
  return time;
}
