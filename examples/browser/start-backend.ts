// oxlint-disable-next-line import/no-unassigned-import -- registers fused kernels for the backend webgpu
import '@equipoise/webgpu';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import '@tensorflow/tfjs-layers'; // registers gradients
import { getBackend, ready, setBackend } from '@tensorflow/tfjs-core';

/** WebGPU where the browser has an adapter, else plain JavaScript. Gives the name of the backend. */
export async function startBackend(): Promise<string> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  const adapter = await gpu?.requestAdapter();
  if (!adapter || !(await setBackend('webgpu'))) await setBackend('cpu');
  await ready();
  return getBackend();
}
