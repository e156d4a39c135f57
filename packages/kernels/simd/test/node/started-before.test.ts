import { EquipoiseError } from '@equipoise/core';
import { startWasm } from '@equipoise/simd/node';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import '../backends.ts';

test('a wasm backend that runs in a memory of its own is refused', async () => {
  await tf.setBackend('wasm');
  const late = startWasm();
  await expect(late).rejects.toThrow(EquipoiseError);
  await expect(late).rejects.toThrow(
    /simd: startWasm: expected to be called before the wasm backend starts.*cannot become shared/,
  );
});
