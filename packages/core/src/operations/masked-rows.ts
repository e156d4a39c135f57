import type { NamedTensorMap, Rank, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { cast, gatherND, tensor, tensor2d, tidy, where, zeros, zerosLike } from '@tensorflow/tfjs-core';
import { indicesWhere } from './indices-where.ts';
import { defineOperation, type Operation } from './operation.ts';
import { spread } from './spread.ts';
import { withGradient } from './with-gradient.ts';

/** Tensors of {@link maskedRows}. */
export interface MaskedRowsInputs extends NamedTensorMap {
  /** [n] float32: 1 at the rows that are asked for. The other inputs have n rows too. */
  readonly mask: Tensor1D;
}

/** Attributes of {@link maskedRows}. */
export interface MaskedRowsAttributes {
  /**
   * Computes each row from the same row of the inputs: [m, …] → [m] or [m, columns]. It may be given rows that nobody asked for; their
   * values do not matter, but where a gradient flows their derivatives must be finite.
   */
  readonly of: (rows: NamedTensorMap) => Tensor<Rank.R1 | Rank.R2>;
}

/**
 * A function of rows where a mask asks for it, 0 elsewhere. `host` computes those rows alone, which are few where the mask is that of
 * the positives; `composed` computes all, since it must not read the mask. It is differentiable in its inputs, but for the mask.
 */
export const maskedRows: Operation<MaskedRowsInputs, MaskedRowsAttributes, Tensor> = defineOperation(
  'MaskedRows',
  { composed, host, differentiable: true },
);

function composed({ mask, ...inputs }: MaskedRowsInputs, { of }: MaskedRowsAttributes): Tensor {
  return tidy(() => {
    const rows = of(inputs);
    const asked = rows.rank === 1 ? mask : spread(mask, rows.shape[1]!);
    // Not a product: a row that is not asked for may hold NaN.
    return where(cast(asked, 'bool'), rows, zerosLike(rows));
  });
}

function host({ mask, ...inputs }: MaskedRowsInputs, { of }: MaskedRowsAttributes): Tensor {
  const asked = indicesWhere(mask.dataSync());
  // At least one row, asked for or not: functions of none are rarely right, on the wasm backend least of all.
  const computed = asked.length > 0 ? asked : new Int32Array(Math.min(1, mask.size));
  return tidy(() => {
    const picked = Object.entries(inputs).map(([name, values]) => [name, rowsAt(values, computed)]);
    return placed(of(Object.fromEntries(picked) as NamedTensorMap), asked, mask.size);
  });
}

/** The rows of x at distinct indices; the gradient goes back to those rows. */
function rowsAt(x: Tensor, indices: Int32Array): Tensor {
  const pick = (): Tensor =>
    // The wasm backend gathers nothing into a wrong shape. Whole rows: its `gather` copies number by number.
    indices.length === 0
      ? zeros([0, ...x.shape.slice(1)], x.dtype)
      : gatherND(x, tensor2d(indices, [indices.length, 1], 'int32'));
  if (x.dtype !== 'float32') return pick();
  return withGradient(
    [x],
    () => ({ value: pick(), saved: [] }),
    (upstream) => [scattered(upstream, indices, x.shape[0])],
  );
}

/** [m] or [m, columns] → n rows: row k at the k-th index, 0 elsewhere. */
function placed(rows: Tensor, indices: Int32Array, n: number): Tensor {
  return withGradient(
    [rows],
    () => ({ value: scattered(rows, indices, n), saved: [] }),
    (upstream) => [indices.length === 0 ? zeros(rows.shape) : rowsAt(upstream, indices)],
  );
}

function scattered(rows: Tensor, indices: Int32Array, n: number): Tensor {
  const row = rows.shape.slice(1);
  const width = row.reduce((size, dimension) => size * dimension, 1);
  const values = rows.dataSync();
  const whole = new Float32Array(n * width);
  for (let k = 0; k < indices.length; k += 1) {
    const [from, to] = [k * width, indices[k]! * width];
    for (let c = 0; c < width; c += 1) whole[to + c] = values[from + c]!;
  }
  return tensor(whole, [n, ...row]);
}
