import type { TensorContainer } from '@tensorflow/tfjs-core';
import { engine, tidy } from '@tensorflow/tfjs-core';

/**
 * Runs `compute` off the gradient tape: nothing inside is recorded, so that no activation is kept for a backward pass. tfjs records no op
 * that runs inside a kernel, and this is how it says that one does.
 */
export function withoutTape<T extends TensorContainer>(compute: () => T): T {
  const { state } = engine();
  state.kernelDepth += 1;
  try {
    return tidy(compute);
  } finally {
    state.kernelDepth -= 1;
  }
}
