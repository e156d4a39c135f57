import type { TensorInfo } from '@tensorflow/tfjs-core';

/** The dtypes that kernels give. */
export type OutputType = 'float32' | 'int32' | 'bool';

/** A tensor that a kernel reads. */
export interface Input {
  /** Number of elements. */
  readonly size: number;
  /** 4, or 1 for a bool tensor. */
  readonly bytesPerElement: number;
  /**
   * The address of elements start…start+count-1. In place it is where the tensor lies. Elsewhere they are copied to a block of their own,
   * which keeps them until the next call for the same slot.
   */
  at(start: number, count: number, slot?: number): number;
}

/** A tensor that a kernel writes. */
export interface Output {
  readonly size: number;
  readonly bytesPerElement: number;
  /**
   * Where elements start…start+count-1 are to be written, with whatever lies there. Elsewhere than in place it is a block that is copied
   * to the tensor at the next call for the same slot, or by {@link tensor}.
   */
  at(start: number, count: number, slot?: number): number;
  /** The tensor, once all is written. */
  tensor(): TensorInfo;
}

/** The memory in which one call of a kernel computes. Addresses are in bytes. */
export interface Workspace {
  readonly memory: WebAssembly.Memory;
  /** Whether tensors lie in this memory, so that blocks are of any size and nothing is copied. */
  readonly inPlace: boolean;
  /** How many threads may compute in it at once, this one included. */
  readonly threads: number;
  input(tensor: TensorInfo): Input;
  output(shape: readonly number[], dtype: OutputType): Output;
  /** So many bytes until the kernel returns, from a multiple of 16 on, with whatever lies there. */
  scratch(bytes: number): number;
}

/** How many elements a kernel should take at once where tensors are copied block by block: a few blocks of them stay in a core's L2. */
export const STAGED_BLOCK = 8192;

/** The address of a whole tensor that is read. */
export function whole(space: Workspace, tensor: TensorInfo): number {
  const input = space.input(tensor);
  return input.at(0, input.size);
}

/** The address of a whole tensor that is written, and the tensor once it is. */
export function wholeOutput(
  space: Workspace,
  shape: readonly number[],
  dtype: OutputType,
): { readonly at: number; readonly tensor: () => TensorInfo } {
  const output = space.output(shape, dtype);
  return { at: output.at(0, output.size), tensor: () => output.tensor() };
}

/** The number of elements of a tensor. */
export function sizeOf({ shape }: { readonly shape: readonly number[] }): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** Bytes of an element; tfjs keeps a bool in one. */
export function bytesOf(dtype: string): number {
  return dtype === 'bool' ? 1 : 4;
}
