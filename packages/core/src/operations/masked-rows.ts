import type { NamedTensorMap, Rank, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { cast, expandDims, scatterND, slice, tidy, where, zeros, zerosLike } from '@tensorflow/tfjs-core';
import { detach } from './detach.ts';
import { isRecording } from './is-recording.ts';
import { maskIndices } from './mask-indices.ts';
import { defineOperation, type Operation } from './operation.ts';
import { rowsAt } from './rows-at.ts';
import { spread } from './spread.ts';
import { withGradient } from './with-gradient.ts';

/** Tensors of {@link maskedRows}. */
export interface MaskedRowsInputs extends NamedTensorMap {
  /** [n] float32: above 0 at the rows that are asked for, 0 elsewhere. The other inputs have n rows too. */
  readonly mask: Tensor1D;
}

/** Attributes of {@link maskedRows}. */
export interface MaskedRowsAttributes {
  /**
   * Computes each row from the same row of the inputs, the mask among them: [m, …] → [m] or [m, columns]. It may be given rows that nobody
   * asked for; their values do not matter, but where a gradient flows their derivatives must be finite. What it takes over several rows,
   * such as a sum, must leave out those whose mask is 0.
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

function composed({ mask: given, ...inputs }: MaskedRowsInputs, { of }: MaskedRowsAttributes): Tensor {
  return tidy(() => {
    const mask = detach(given);
    if (mask.size === 0) return ofNothing({ ...inputs, mask }, of);
    const rows = of({ ...inputs, mask });
    const asked = rows.rank === 1 ? mask : spread(mask, rows.shape[1]!);
    // Not a product: a row that is not asked for may hold NaN.
    return where(cast(asked, 'bool'), rows, zerosLike(rows));
  });
}

function host({ mask: given, ...inputs }: MaskedRowsInputs, { of }: MaskedRowsAttributes): Tensor {
  return tidy(() => {
    const mask = detach(given);
    if (mask.size === 0) return ofNothing({ ...inputs, mask }, of);
    const [places, count] = maskIndices({ mask }, {});
    const asked = count.dataSync()[0]!;
    // At least one row, asked for or not.
    const indices: Tensor1D = asked > 0 ? slice(places, [0], [asked]) : zeros([1], 'int32');
    const rows = of(picked({ ...inputs, mask }, indices));
    return asked > 0 ? placed(rows, indices, mask.size) : placedNowhere(rows, mask.size);
  });
}

/** No rows, of the shape that a row of zeros gives: functions of none are rarely right, on the backends of tfjs least of all. */
function ofNothing(inputs: NamedTensorMap, of: MaskedRowsAttributes['of']): Tensor {
  const tensors = Object.values(inputs);
  return withGradient(
    tensors,
    () => {
      const single = tensors.map(({ shape, dtype }) => zeros([1, ...shape.slice(1)], dtype));
      const { shape } = of(namedAs(inputs, single));
      return { value: zeros([0, ...shape.slice(1)]), saved: [] };
    },
    () => tensors.map(({ shape }) => zeros(shape)),
  );
}

/** The rows at distinct indices, by the names of the inputs; gradients go back to those rows. */
function picked(inputs: NamedTensorMap, indices: Tensor1D): NamedTensorMap {
  const tensors = Object.values(inputs);
  const rows = isRecording()
    ? tensors.map((x) => differentiableRows(x, indices))
    : rowsAt({ ...Object.fromEntries(tensors.map((x, k) => [`x${k}`, x])), indices }, {});
  return namedAs(inputs, rows);
}

function namedAs(inputs: NamedTensorMap, tensors: readonly Tensor[]): NamedTensorMap {
  return Object.fromEntries(Object.keys(inputs).map((name, k) => [name, tensors[k]!]));
}

function differentiableRows(x: Tensor, indices: Tensor1D): Tensor {
  const pick = (): Tensor => rowsAt({ x, indices }, {})[0]!;
  if (x.dtype !== 'float32') return pick();
  return withGradient(
    [x],
    () => ({ value: pick(), saved: [indices] }),
    (upstream, [at]) => [scattered(upstream, at as Tensor1D, x.shape[0])],
  );
}

/** [m] or [m, columns] → n rows: row k at the k-th index, 0 elsewhere. */
function placed(rows: Tensor, indices: Tensor1D, n: number): Tensor {
  return withGradient(
    [rows],
    () => ({ value: scattered(rows, indices, n), saved: [indices] }),
    (upstream, [at]) => [...rowsAt({ x: upstream, indices: at as Tensor1D }, {})],
  );
}

/** n rows of 0, whose gradient to rows that nobody asked for is 0. */
function placedNowhere(rows: Tensor, n: number): Tensor {
  return withGradient(
    [rows],
    () => ({ value: zeros([n, ...rows.shape.slice(1)]), saved: [] }),
    () => [zeros(rows.shape)],
  );
}

function scattered(rows: Tensor, indices: Tensor1D, n: number): Tensor {
  return scatterND(expandDims(indices, 1), rows, [n, ...rows.shape.slice(1)]);
}
