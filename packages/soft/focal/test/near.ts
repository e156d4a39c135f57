import { gradientAgrees } from '@equipoise/testkit';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { grad, sum as sumOf } from '@tensorflow/tfjs-core';

/** Σ. */
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A tensor's numbers. */
export function numbers(tensor: Tensor): number[] {
  return [...tensor.dataSync()];
}

/** The gradient of the sum of a loss. */
export function gradientOf(loss: (logits: Tensor2D) => Tensor, at: Tensor2D): number[] {
  return numbers(grad((z) => loss(z as Tensor2D))(at));
}

/** Demands value and gradient of a loss of rows, against double precision. */
export async function rowsAgree(
  rows: readonly (readonly number[])[],
  loss: (logits: Tensor2D) => Tensor,
  oracle: (rows: number[][]) => number,
): Promise<void> {
  const columns = rows[0]!.length;
  await gradientAgrees(
    (z): Scalar => sumOf(loss(z as Tensor2D)),
    (x) => oracle(rows.map((_, i) => x.slice(i * columns, (i + 1) * columns))),
    rows.flat(),
    { shape: [rows.length, columns], near: { relative: 1e-4, absolute: 1e-7 } },
  );
}
