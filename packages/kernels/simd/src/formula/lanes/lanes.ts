import { Code } from '../assembler/code.ts';
import type { Locals } from './locals.ts';
import type { InputDtype, Kind, OperationName, Target } from './target.ts';

/** How often a value is computed: once a call, once a row of the grid, or at every entry. */
export const ONCE = 0;
export const ROW = 1;
export const ENTRY = 2;

export type Level = typeof ONCE | typeof ROW | typeof ENTRY;

/** A value of lane code: a local of the function, set once at its level. */
export interface Value<K extends Kind = Kind> {
  readonly kind: K;
  readonly local: number;
  readonly level: Level;
}

export type Float = Value<'float'>;
export type Int = Value<'int'>;
export type Mask = Value<'mask'>;

/**
 * Writes lane code: each method appends an instruction and gives its value. An instruction is written where the most often computed of
 * its operands is, so what depends on constants or on the row alone leaves the inner loop without further thought.
 */
export class Lanes {
  readonly target: Target;
  /** What is computed once a call. */
  readonly once: Code;
  /** What is computed once a row. */
  readonly ofRow: Code = new Code();
  /** What is computed at every entry, an instruction each: of several vectors at once, the first of each comes first. */
  readonly ofEntry: ((code: Code) => void)[] = [];
  readonly #locals: Locals;
  readonly #constants = new Map<string, Value>();

  /** @param once where the code of a call goes; several programs may share it. */
  constructor(target: Target, locals: Locals, once: Code) {
    this.target = target;
    this.once = once;
    this.#locals = locals;
  }

  /** A value from what `write` leaves on the stack. At every entry it is called later, and once for each vector. */
  value<K extends Kind>(kind: K, level: Level, write: (code: Code) => void): Value<K> {
    const type = this.target.types[kind];
    if (level === ENTRY) {
      const local = this.#locals.addOfEntry(type);
      this.ofEntry.push((code) => {
        write(code);
        code.set(local);
      });
      return { kind, local, level };
    }
    const local = this.#locals.add(type);
    const code = level === ONCE ? this.once : this.ofRow;
    write(code);
    code.set(local);
    return { kind, local, level };
  }

  constant(value: number): Float {
    return this.#constant('float', value);
  }

  bits(value: number): Int {
    return this.#constant('int', value);
  }

  /** An i32 parameter of the function, in every lane. */
  everyLane(parameter: number): Int {
    return this.value('int', ONCE, (code) => this.target.splatInt(code, parameter));
  }

  /** The elements of an array, whose address is a parameter, at indices. */
  gather(dtype: InputDtype, array: number, index: Int): Float {
    const bytes = dtype === 'bool' ? index : this.shiftLeft(index, 2);
    const address = this.addInt(bytes, this.everyLane(array));
    return this.value('float', address.level, (code) => this.target.gather(code, dtype, address.local));
  }

  add(a: Float, b: Float): Float {
    return this.#operation('float', 'add', a, b);
  }

  sub(a: Float, b: Float): Float {
    return this.#operation('float', 'sub', a, b);
  }

  mul(a: Float, b: Float): Float {
    return this.#operation('float', 'mul', a, b);
  }

  div(a: Float, b: Float): Float {
    return this.#operation('float', 'div', a, b);
  }

  sqrt(a: Float): Float {
    return this.#operation('float', 'sqrt', a);
  }

  floor(a: Float): Float {
    return this.#operation('float', 'floor', a);
  }

  abs(a: Float): Float {
    return this.#operation('float', 'abs', a);
  }

  neg(a: Float): Float {
    return this.#operation('float', 'neg', a);
  }

  /** The lesser; `a` where it is NaN. */
  min(a: Float, b: Float): Float {
    return this.#operation('float', 'min', a, b);
  }

  /** The greater; `a` where it is NaN. */
  max(a: Float, b: Float): Float {
    return this.#operation('float', 'max', a, b);
  }

  /** a·b + c */
  madd(a: Float, b: Float, c: Float): Float {
    return this.#operation('float', 'madd', a, b, c);
  }

  /** c − a·b */
  nmadd(a: Float, b: Float, c: Float): Float {
    return this.#operation('float', 'nmadd', a, b, c);
  }

  compare(compare: 'less' | 'lessEqual' | 'equal', a: Float, b: Float): Mask {
    return this.#operation('mask', compare, a, b);
  }

  choose(mask: Mask, then: Float, otherwise: Float): Float {
    return this.#operation('float', 'choose', then, otherwise, mask);
  }

  /** The value where the mask holds, otherwise 0. */
  keep(mask: Mask, value: Float): Float {
    return this.#operation('float', 'keep', value, mask);
  }

  both(a: Mask, b: Mask): Mask {
    return this.#operation('mask', 'both', a, b);
  }

  asInt(a: Float): Int {
    return this.#operation('int', 'asInt', a);
  }

  asFloat(a: Int): Float {
    return this.#operation('float', 'asFloat', a);
  }

  toFloat(a: Int): Float {
    return this.#operation('float', 'toFloat', a);
  }

  truncate(a: Float): Int {
    return this.#operation('int', 'truncate', a);
  }

  addInt(a: Int, b: Int): Int {
    return this.#operation('int', 'addInt', a, b);
  }

  subInt(a: Int, b: Int): Int {
    return this.#operation('int', 'subInt', a, b);
  }

  shiftLeft(a: Int, bits: number): Int {
    return this.value('int', a.level, (code) => this.target.shift(code, a.local, true, bits));
  }

  /** Keeps the sign. */
  shiftRight(a: Int, bits: number): Int {
    return this.value('int', a.level, (code) => this.target.shift(code, a.local, false, bits));
  }

  #operation<K extends Kind>(kind: K, name: OperationName, ...operands: readonly Value[]): Value<K> {
    const level = Math.max(...operands.map((operand) => operand.level)) as Level;
    return this.value(kind, level, (code) =>
      this.target.operations[name](code, ...operands.map((operand) => operand.local)),
    );
  }

  #constant<K extends 'float' | 'int'>(kind: K, value: number): Value<K> {
    // 0 and -0 are two constants.
    const key = `${kind} ${Object.is(value, -0) ? '-0' : value}`;
    const known = this.#constants.get(key);
    if (known) return known as Value<K>;
    const made = this.value(kind, ONCE, (code) => this.target.constant(code, kind, value));
    this.#constants.set(key, made);
    return made;
  }
}
