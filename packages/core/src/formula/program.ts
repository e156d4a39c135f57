/**
 * A formula as a compiler wants it: straight-line code in single assignment, every common part once, nothing but operations that each
 * backend has. Evaluated at each entry of a [n, C] grid. `@equipoise/simd` and `@equipoise/webgpu` translate it line by line.
 */
export interface Program {
  /** In order; operands are the indices of earlier instructions. */
  readonly instructions: readonly Instruction[];
  /** The instructions whose values the program gives. */
  readonly outputs: readonly number[];
}

/** One line of a {@link Program}. All values are float32; a comparison is part of `select`. */
export type Instruction =
  | { readonly op: 'constant'; readonly value: number }
  /** The value of a bound tensor at this entry; int32 and bool tensors are read as numbers. */
  | { readonly op: 'input'; readonly name: string }
  /** The index of this entry's column, 0…C-1. */
  | { readonly op: 'column' }
  | { readonly op: UnaryOp; readonly args: readonly [number] }
  | { readonly op: BinaryOp; readonly args: readonly [number, number] }
  /** args: left, right, then, otherwise. A comparison with NaN is false. */
  | {
      readonly op: 'select';
      readonly compare: Compare;
      readonly args: readonly [number, number, number, number];
    }
  /** The element of a bound table at an index, rounded down and clamped to the table. */
  | { readonly op: 'lookup'; readonly table: string; readonly args: readonly [number] };

/** exp(-∞) is 0 and exp overflows to ∞; log(0) is -∞; log1p and expm1 keep their digits near 0; floor rounds down. */
export type UnaryOp = 'neg' | 'abs' | 'exp' | 'expm1' | 'log' | 'log1p' | 'sqrt' | 'floor';

/** min and max of two numbers of which none is NaN. */
export type BinaryOp = 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max';

/** How `select` compares: with NaN none of them holds. */
export type Compare = 'less' | 'lessEqual' | 'equal';

/** How a tensor lies over the [n, C] grid: [n, C], [n], [C], [] or, for `lookup`, [k]. */
export type Binding = 'entry' | 'row' | 'column' | 'scalar' | 'table';

/** The attributes of the three pointwise operations. */
export interface PointwiseAttributes {
  readonly program: Program;
  /** [n, C]. Either may be 0. */
  readonly shape: readonly [number, number];
  /** One for every input tensor. */
  readonly bindings: Readonly<Record<string, Binding>>;
}
