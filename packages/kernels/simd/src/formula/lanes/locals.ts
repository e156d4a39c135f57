import type { ValueType } from '../assembler/opcodes.ts';

/** The parameters of a function, and the locals it turns out to need. */
export class Locals {
  readonly params: readonly ValueType[];
  readonly types: ValueType[] = [];

  constructor(params: readonly ValueType[]) {
    this.params = params;
  }

  /** The index of a new local. It is 0 when the function begins. */
  add(type: ValueType): number {
    this.types.push(type);
    return this.params.length + this.types.length - 1;
  }
}
