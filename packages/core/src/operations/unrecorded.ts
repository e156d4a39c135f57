import type { Tensor } from '@tensorflow/tfjs-core';
import { withGradient } from './with-gradient.ts';

/** What a function makes of tensors that carry gradient, itself without: its ops leave no trace, and no copy of what they read. */
// The type of the value is the caller's to name, as with tfjs's own ops.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function unrecorded<T extends Tensor>(make: () => T): T {
  return withGradient<T>(
    [],
    () => ({ value: make(), saved: [] }),
    () => [],
  );
}
