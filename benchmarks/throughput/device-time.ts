import * as tf from '@tensorflow/tfjs-core';
import type { Times } from './median-time.ts';

/** What a call costs on the device. */
export interface DeviceCost {
  /** Undefined where the device has no clock to be read. */
  readonly times: Times | undefined;
  /** Of all storage bindings. */
  readonly bytes: number;
  readonly dispatches: number;
}

/** Calls a function on the webgpu backend until the median of its time by the device's own clock is known, after calls to warm up. */
export async function deviceTime(
  run: () => tf.Tensor[],
  { quick }: { readonly quick: boolean },
): Promise<DeviceCost> {
  const { profile } = await import('@equipoise/webgpu');
  const once = () => profile(() => tf.dispose(run()));
  const last = await once();
  const times: number[] = [];
  const began = performance.now();
  while (times.length < 5 || performance.now() - began < (quick ? 40 : 1000)) {
    const { gpuMs } = await once();
    if (gpuMs === undefined) return { ...last, times: undefined };
    times.push(gpuMs);
  }
  return { ...last, times: timesOf(times) };
}

function timesOf(times: readonly number[]): Times {
  const medianMs = median(times);
  return {
    samples: times.length,
    medianMs,
    spreadMs: median(times.map((time) => Math.abs(time - medianMs))),
    minMs: Math.min(...times),
  };
}

/** Of numbers in any order. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
