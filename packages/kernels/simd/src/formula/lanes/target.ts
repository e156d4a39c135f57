import type { Code } from '../assembler/code.ts';
import type { ValueType } from '../assembler/opcodes.ts';

/** What a value is to the lane code. In SIMD code all are v128; in scalar code floats are f32, the others i32. */
export type Kind = 'float' | 'int' | 'mask';

/** The dtypes of tensors that a kernel reads. */
export type InputDtype = 'float32' | 'int32' | 'bool';

/** Writes an operation whose operands are in locals and leaves its result on the stack. */
export type Operation = (code: Code, ...operands: readonly number[]) => void;

/** The engine features that a module may use: `relaxed` is f32x4 with fused multiply-add, `simd` plain f32x4, `scalar` plain f32. */
export type TargetName = 'relaxed' | 'simd' | 'scalar';

/** How one engine's instructions do what lane code says. The three targets differ here and nowhere else. */
export interface Target {
  readonly name: TargetName;
  /** Entries that one value holds. */
  readonly width: 1 | 4;
  readonly types: Readonly<Record<Kind, ValueType>>;
  readonly operations: Readonly<Record<OperationName, Operation>>;
  /** A constant, by its bits where it is an int. */
  readonly constant: (code: Code, kind: 'float' | 'int', value: number) => void;
  /** An i32 local in every lane. */
  readonly splatInt: (code: Code, local: number) => void;
  /** Shifts an int by a constant number of bits. */
  readonly shift: (code: Code, int: number, left: boolean, bits: number) => void;
  /** A float for each lane from `width` elements side by side, at the address that `address` leaves on the stack. */
  readonly load: (code: Code, dtype: InputDtype, address: () => void) => void;
  /** A float in every lane, from one element. */
  readonly loadOne: (code: Code, dtype: InputDtype, address: () => void) => void;
  /** A float for each lane, from the element at the address that each lane of an int holds. */
  readonly gather: (code: Code, dtype: InputDtype, address: number) => void;
  /** Stores a float, at the address that `address` leaves on the stack. */
  readonly store: (code: Code, address: () => void, value: number) => void;
  /** Leaves lane `lane` of an int on the stack, as i32. */
  readonly laneOfInt: (code: Code, int: number, lane: number) => void;
  /** Leaves lane `lane` of a float on the stack, as f32. */
  readonly laneOfFloat: (code: Code, float: number, lane: number) => void;
}

/** What {@link Target.operations} can do; the operands in the order of the comments. */
export type OperationName =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'sqrt'
  | 'floor'
  | 'abs'
  | 'neg'
  /** a, b: b where b < a, otherwise a; so a NaN in `a` stays. */
  | 'min'
  /** a, b: b where a < b, otherwise a; so a NaN in `a` stays. */
  | 'max'
  /** a, b, c: a·b + c, rounded once where the target can. */
  | 'madd'
  /** a, b, c: c − a·b, rounded once where the target can. */
  | 'nmadd'
  | 'less'
  | 'lessEqual'
  | 'equal'
  /** then, otherwise, mask */
  | 'choose'
  /** value, mask: the value, or 0 */
  | 'keep'
  | 'both'
  /** The bits of a float. */
  | 'asInt'
  | 'asFloat'
  /** An int as a number. */
  | 'toFloat'
  /** A float in the int32 range without its fraction. Of NaN, anything. */
  | 'truncate'
  | 'addInt'
  | 'subInt';
