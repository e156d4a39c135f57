import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';

import { defineKernel, sizeOf, wholeOutput } from '../runtime/kernel.ts';
import type { OutputType } from '../runtime/workspace.ts';
import { call, integersOf } from './functions.ts';

const everywhere = defineKernel<string, object>('RowsAt', {
  run(space, inputs) {
    const { indices, ...tensors } = inputs as { readonly indices: TensorInfo };
    const count = sizeOf(indices);
    const places = integersOf(space, indices);
    return Object.values<TensorInfo>(tensors).map((x) => {
      const source = space.input(x);
      const [n, ...row] = x.shape as [number, ...number[]];
      const bytes = (source.size / n) * source.bytesPerElement;
      const rows = wholeOutput(space, [count, ...row], x.dtype as OutputType);
      call(space, 'rowsAt', source.at(0, source.size), places, count, bytes, rows.at);
      return rows.tensor();
    });
  },
});

/** The rows at indices, where they lie: elsewhere than on `wasm` all the other rows would be copied to a memory of ours first. */
export const rowsAtKernels: readonly KernelConfig[] = everywhere.filter(
  ({ backendName }) => backendName === 'wasm',
);
