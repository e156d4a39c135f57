import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { engine, getBackend, getKernel } from '@tensorflow/tfjs-core';

/**
 * The same values without their history: no gradient flows back through the result (torch's `detach`, JAX's `stop_gradient`).
 * Shares the data, copies nothing. tfjs has no such op, so the backend's own Reshape kernel is called past the
 * gradient tape (Identity copies in tfjs-backend-wasm).
 */
export function detach<T extends Tensor>(x: T): T {
  const sameShape = getKernel('Reshape', getBackend());
  const backend = engine().backend;
  // The engine moves a tensor that another backend still holds when a kernel runs; this call bypasses that, so move it here.
  const { dataId, shape, dtype } = x;
  if (!sameShape || engine().state.tensorInfo.get(dataId)?.backend !== backend) return x.clone();
  const info = sameShape.kernelFunc({ inputs: { x }, backend, attrs: { shape: [...shape] } }) as TensorInfo;
  return engine().makeTensorFromTensorInfo({ dataId: info.dataId, shape, dtype }) as T;
}
