import * as apLoss from '@equipoise/ap-loss';
import * as core from '@equipoise/core';
import type { Operation } from '@equipoise/core';
import * as focal from '@equipoise/focal';
import * as ghm from '@equipoise/ghm';
import * as ohem from '@equipoise/ohem';
import * as pisa from '@equipoise/pisa';
import * as random from '@equipoise/random';
import type { NamedAttrMap, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { registerKernel } from '@tensorflow/tfjs-core';
import type { BackendName } from '../backends/index.ts';

/** Any operation. */
export type AnyOperation = Operation<NamedTensorMap, NamedAttrMap, Tensor | Tensor[]>;

/** Every operation that the packages export. */
export const allOperations: readonly AnyOperation[] = [apLoss, core, focal, ghm, ohem, pisa, random]
  .flatMap((exported) => Object.values(exported) as unknown[])
  .filter(isOperation);

/** Makes operations run as composed of tfjs ops on a backend, by the seam that fused kernels use; what is made of others follows them. */
export function useComposed(backendName: BackendName): void {
  for (const { operationName, composed, differentiable } of allOperations) {
    if (differentiable) continue;
    registerKernel({
      kernelName: operationName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => composed(inputs as NamedTensorMap, attrs ?? {}),
    });
  }
}

function isOperation(value: unknown): value is AnyOperation {
  return typeof value === 'function' && 'operationName' in value && 'composed' in value;
}
