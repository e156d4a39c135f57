import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { engine, getBackend, getKernel } from '@tensorflow/tfjs-core';

/**
 * The same values without their history: no gradient flows back through the result (torch's `detach`, JAX's `stop_gradient`).
 * Shares the data, copies nothing. tfjs has no such op, so the backend's own Identity kernel is called past the gradient tape; on
 * tfjs-backend-wasm, whose Identity copies, its Reshape. (That of tfjs-node counts no reference: its result dies with the original.)
 */
export function detach<T extends Tensor>(x: T): T {
  const sameData = getKernel(getBackend() === 'wasm' ? 'Reshape' : 'Identity', getBackend());
  const backend = engine().backend;
  // The engine moves a tensor that another backend still holds when a kernel runs; this call bypasses that, so move it here.
  const { dataId, shape, dtype } = x;
  if (!sameData || engine().state.tensorInfo.get(dataId)?.backend !== backend) return x.clone();
  const info = sameData.kernelFunc({ inputs: { x }, backend, attrs: { shape: [...shape] } }) as TensorInfo;
  return engine().makeTensorFromTensorInfo({ dataId: info.dataId, shape, dtype }) as T;
}
