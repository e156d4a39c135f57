import { EquipoiseError } from '@equipoise/core';
import { loadDawn } from '../../src/node/dawn.ts';

/** Dawn's device dies with its instance, which nothing else holds. */
const kept: GPU[] = [];

/**
 * A device that compiles and computes nothing: Dawn's null backend, which needs no driver. Undefined where Dawn's binary does not load.
 */
export async function nullDevice(): Promise<GPUDevice | undefined> {
  try {
    const { create, globals } = await loadDawn();
    Object.assign(globalThis, globals);
    const gpu = create(['backend=null']);
    kept.push(gpu);
    const adapter = await gpu.requestAdapter();
    return await adapter!.requestDevice();
  } catch (error) {
    if (error instanceof EquipoiseError) return undefined;
    throw error;
  }
}
