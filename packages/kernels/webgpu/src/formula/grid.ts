import type { Binding } from '@equipoise/core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Source } from '../runtime/kernel.ts';
import { asStored, dispatch, rowSlices, workgroupCount, workgroups } from '../runtime/kernel.ts';
import type { Layout } from './layout.ts';

/** Where in the text of a shader what goes. */
export interface GridText {
  /** Bindings, functions and workgroup variables. */
  readonly declarations: string;
  /** Statements before and after the loop. */
  readonly before?: string;
  readonly after?: string;
  /** Statements at each entry, which see `i`, `row` and `column`. */
  readonly body: string;
  /** The number of the uniform's binding. */
  readonly uniform: number;
  /** Invocations of a workgroup. */
  readonly size: number;
}

/**
 * The text of a shader that visits every entry of a [n, C] grid, row by row, each invocation in steps of the whole dispatch. Row and column
 * are carried along, since dividing at each step costs more than most formulas.
 */
export function gridShader({ declarations, before = '', after = '', body, uniform, size }: GridText): string {
  return `${declarations}
struct Grid { count: u32, columns: u32, step_rows: u32, step_columns: u32, groups_before: u32 }
@group(0) @binding(${uniform}) var<uniform> grid: Grid;
@compute @workgroup_size(${size})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = group.x * ${size}u + lane;
  var row = first / grid.columns;
  var column = first - row * grid.columns;
${before}
  for (var i = first; i < grid.count; i += groups.x * ${size}u) {
${body}
    row += grid.step_rows;
    column += grid.step_columns;
    if (column >= grid.columns) { column -= grid.columns; row += 1u; }
  }
${after}
}`;
}

/** A run of rows, and the workgroups that visit it. */
export interface GridSlice {
  readonly start: number;
  readonly count: number;
  readonly workgroups: number;
  /** Workgroups of the slices before. */
  readonly workgroupsBefore: number;
}

/** Cuts a grid into as few slices as the adapter's bindings allow; one where all fits. */
export function gridSlices([rows, columns]: readonly [number, number]): GridSlice[] {
  let workgroupsBefore = 0;
  return rowSlices(rows, columns).map(({ start, count }) => {
    const slice = { start, count, workgroups: workgroupCount(count * columns), workgroupsBefore };
    workgroupsBefore += slice.workgroups;
    return slice;
  });
}

/** A tensor over the grid, and how it lies there. */
export interface GridTensor {
  readonly tensor: TensorInfo;
  readonly binding: Binding;
}

/** The inputs of a program as its text binds them. */
export function gridInputs({ fields }: Layout, inputs: Readonly<Record<string, TensorInfo>>): GridTensor[] {
  return fields.map(({ name, binding }) => ({ tensor: asStored(inputs[name]!), binding }));
}

/** Runs a grid shader over one slice: tensors of entries and rows are cut along with it, the others bound whole. */
export function dispatchGrid(
  source: Source,
  tensors: readonly GridTensor[],
  columns: number,
  { start, count, workgroups: groups, workgroupsBefore }: GridSlice,
): void {
  const step = groups * workgroups().size;
  dispatch(source, {
    bindings: tensors.map(({ tensor, binding }) => {
      if (binding === 'entry') return { tensor, start: start * columns, count: count * columns };
      return binding === 'row' ? { tensor, start, count } : tensor;
    }),
    uniform: [count * columns, columns, Math.floor(step / columns), step % columns, workgroupsBefore],
    workgroups: groups,
  });
}
