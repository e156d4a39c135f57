import type { NamedTensorMap, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { reshape, sum, tidy, zeros } from '@tensorflow/tfjs-core';
import { demand } from '../errors.ts';
import { sumOfGrid } from '../operations/sum-of-grid.ts';
import type { EntryFormula } from './entry-formula.ts';
import type { Binding, PointwiseAttributes, Program } from './program.ts';

/** The tensors of a formula over the grid that they span. */
export interface Grid {
  readonly shape: PointwiseAttributes['shape'];
  /** The shape of the losses: that of the first entry. */
  readonly outer: readonly number[];
}

/**
 * The grid of a formula's tensors: [n, C] of its first entry; entries of another rank, where no input is a row or a column, count as
 * [size / last axis, last axis].
 *
 * @throws EquipoiseError for a tensor that is missing or has another shape than its binding says.
 */
export function gridOf(formula: EntryFormula, tensors: NamedTensorMap): Grid {
  const names = Object.keys(formula.inputs);
  for (const name of names) {
    demand(tensors[name] !== undefined, {
      package: '@equipoise/core',
      subject: `tensor ${name} of a formula`,
      expected: 'a tensor',
      actual: undefined,
    });
  }
  const first = tensors[names.find((name) => formula.inputs[name] === 'entry')!]!;
  const [n = 1] = first.shape;
  const columns = first.rank < 2 ? 1 : first.shape.at(-1)!;
  const rows = columns === 0 ? n : first.size / columns;
  const shape = [rows, columns] as const;
  for (const name of names) demandLayout(name, tensors[name]!, formula.inputs[name]!, shape, first.shape);
  return { shape, outer: first.shape };
}

/** A formula's tensor as the operations take it. */
function laid(x: Tensor, binding: Binding, { shape }: Grid): Tensor {
  if (binding === 'entry' && x.rank !== 2) return reshape(x, [...shape]);
  return binding === 'scalar' && x.rank > 0 ? reshape(x, []) : x;
}

/** What reaches an input of the derivative at each entry: summed over the entries that read the same number. */
export function gathered(derivative: Tensor2D, binding: Binding, shape: readonly number[]): Tensor {
  return tidy(() => {
    // tfjs-backend-wasm 4.22 sums nothing to whatever its memory holds.
    if (derivative.size === 0) return zeros([...shape]);
    if (binding === 'row') return sum(derivative, 1);
    if (binding === 'column') return sum(derivative, 0);
    return reshape(binding === 'scalar' ? sumOfGrid(derivative) : derivative, [...shape]);
  });
}

function demandLayout(
  name: string,
  { shape, size, rank }: Tensor,
  binding: Binding,
  [n, columns]: readonly [number, number],
  entry: readonly number[],
): void {
  const wanted: Readonly<Record<Binding, readonly number[] | undefined>> = {
    entry,
    row: [n],
    column: [columns],
    scalar: size === 1 ? shape : [],
    table: rank === 1 && size > 0 ? shape : undefined,
  };
  const expected = wanted[binding];
  demand(expected !== undefined && String(expected) === String(shape) && expected.length === rank, {
    package: '@equipoise/core',
    subject: `tensor ${name} of a formula`,
    expected: expected ? `shape [${expected.join(', ')}]` : 'shape [k] with k ≥ 1',
    actual: `shape [${shape.join(', ')}]`,
  });
}

/** Inputs and attributes of a pointwise operation. */
export function bound(
  { inputs }: EntryFormula,
  tensors: NamedTensorMap,
  grid: Grid,
  program: Program,
): [NamedTensorMap, PointwiseAttributes] {
  const laidOut = Object.entries(inputs).map(([name, binding]) => [
    name,
    laid(tensors[name]!, binding, grid),
  ]);
  return [Object.fromEntries(laidOut) as NamedTensorMap, { program, shape: grid.shape, bindings: inputs }];
}
