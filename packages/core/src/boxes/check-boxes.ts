import type { Tensor } from '@tensorflow/tfjs-core';
import { demand } from '../errors.ts';

/** Throws unless `boxes` is a float tensor of shape [n, 4]. */
export function demandBoxes(subject: string, boxes: Tensor): void {
  demand(boxes.rank === 2 && boxes.shape[1] === 4, {
    package: '@equipoise/core',
    subject,
    expected: 'boxes of shape [n, 4]',
    actual: boxes.shape,
  });
  demand(boxes.dtype === 'float32', {
    package: '@equipoise/core',
    subject,
    expected: 'boxes of dtype float32',
    actual: boxes.dtype,
  });
}

/** Throws unless `values` is a vector of `length` entries of the given dtype. */
export function demandVector(
  subject: string,
  values: Tensor,
  length: number,
  dtype: 'float32' | 'int32' | 'bool',
): void {
  demand(values.rank === 1 && values.shape[0] === length, {
    package: '@equipoise/core',
    subject,
    expected: `a vector of shape [${length}]`,
    actual: values.shape,
  });
  demand(values.dtype === dtype, {
    package: '@equipoise/core',
    subject,
    expected: `dtype ${dtype}`,
    actual: values.dtype,
  });
}

/** Throws unless `size` is two positive numbers. */
export function demandSize(subject: string, size: readonly [height: number, width: number]): void {
  demand(size.length === 2 && size.every((side) => Number.isFinite(side) && side > 0), {
    package: '@equipoise/core',
    subject,
    expected: '[height, width] in pixels, both positive',
    actual: size,
  });
}
