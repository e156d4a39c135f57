import { EquipoiseError } from '@equipoise/core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/**
 * Says what is the matter where a tensor that lies on the GPU is read without waiting, which in Node, without a canvas, tfjs cannot. It does so
 * by itself, too: where a tensor of this backend, such as a strategy's state, is used on another one, to move it there.
 */
export function explainSyncReads(backend: WebGPUBackend): void {
  const read = backend.readSync.bind(backend);
  backend.readSync = (id) => {
    try {
      return read(id);
    } catch (cause) {
      throw new EquipoiseError({
        package: '@equipoise/webgpu',
        subject: 'tensor on the GPU',
        expected:
          'in Node, `await tensor.data()` before it is read at once or used on another backend; of a state, `await criterion.save()`',
        actual: cause instanceof Error ? cause.message : String(cause),
      });
    }
  };
}
