import * as tf from '@tensorflow/tfjs-core';
import type { AnyOperation } from './use-composed.ts';
import { allOperations } from './use-composed.ts';

/** What an operation is called with. */
export interface Call {
  readonly operation: AnyOperation;
  readonly inputs: tf.NamedTensorMap;
  readonly attributes: tf.NamedAttrMap;
  /** Bytes of what comes out. */
  readonly outputBytes: number;
}

/** What a user's call hands to the operation of a name: the first time, with a kernel in its place that remembers. */
export function callTo(operationName: string, run: () => unknown): Call {
  const operation = allOperations.find((each) => each.operationName === operationName);
  if (!operation) throw new Error(`${operationName}: no package exports it`);
  const backendName = tf.getBackend();
  const fused = tf.getKernel(operationName, backendName);
  if (fused) tf.unregisterKernel(operationName, backendName);
  let call: Call | undefined;
  tf.registerKernel({
    kernelName: operationName,
    backendName,
    kernelFunc(params) {
      const { inputs, attrs } = params;
      const attributes = attrs ?? {};
      // The fused kernel, where there is one: the composed form may not fit the device.
      const form = backendName === 'webgpu' ? operation.composed : (operation.host ?? operation.composed);
      const outputs = fused ? fused.kernelFunc(params) : form(inputs as tf.NamedTensorMap, attributes);
      call ??= {
        operation,
        inputs: kept(inputs as tf.NamedTensorMap),
        attributes,
        outputBytes: [outputs].flat().reduce((sum, { shape }) => sum + 4 * tf.util.sizeFromShape(shape), 0),
      };
      return outputs;
    },
  });
  try {
    tf.tidy(() => void run());
  } finally {
    tf.unregisterKernel(operationName, backendName);
    if (fused) tf.registerKernel(fused);
  }
  if (!call) throw new Error(`${operationName}: the call does not reach it`);
  return call;
}

function kept(inputs: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]),
  );
}
