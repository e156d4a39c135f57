import type { NamedTensorMap, Rank, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { cast, gather, tensor, tensor1d, tidy, where, zeros, zerosLike } from '@tensorflow/tfjs-core';
import { indicesWhere } from './indices-where.ts';
import { defineOperation, type Operation } from './operation.ts';
import { spread } from './spread.ts';

/** Tensors of {@link maskedRows}. */
export interface MaskedRowsInputs extends NamedTensorMap {
  /** [n] float32: 1 at the rows that are asked for. The other inputs have n rows too. */
  readonly mask: Tensor1D;
}

/** Attributes of {@link maskedRows}. */
export interface MaskedRowsAttributes {
  /** Computes each row from the same row of the inputs: [m, …] → [m] or [m, columns]. */
  readonly of: (rows: NamedTensorMap) => Tensor<Rank.R1 | Rank.R2>;
}

/**
 * A function of rows where a mask asks for it, 0 elsewhere. `host` computes those rows alone, which are few where the mask is that of
 * the positives; `composed` computes all, since it must not read the mask.
 */
export const maskedRows: Operation<MaskedRowsInputs, MaskedRowsAttributes, Tensor> = defineOperation(
  'MaskedRows',
  { composed, host },
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
  const indices = indicesWhere(mask.dataSync());
  const rows = tidy(() => {
    const at = tensor1d(indices, 'int32');
    const pick = (values: Tensor): Tensor =>
      // The wasm backend gathers nothing into a wrong shape.
      indices.length === 0 ? zeros([0, ...values.shape.slice(1)]) : gather(values, at);
    return of(Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, pick(values)])));
  });
  const columns = rows.rank === 1 ? 1 : rows.shape[1]!;
  const values = rows.dataSync();
  rows.dispose();
  const whole = new Float32Array(mask.size * columns);
  indices.forEach((i, at) => {
    for (let c = 0; c < columns; c += 1) whole[i * columns + c] = values[at * columns + c]!;
  });
  return tensor(whole, rows.rank === 1 ? [mask.size] : [mask.size, columns]);
}
