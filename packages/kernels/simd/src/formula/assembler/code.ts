import { signed, unsigned } from './leb128.ts';
import type { Opcode } from './opcodes.ts';
import { control, f32, i32 } from './opcodes.ts';

/** Stretches of WebAssembly code, written one after the other. Each writer gives itself, so that a line reads as a sentence. */
export class Code {
  readonly bytes: number[] = [];
  #named = (local: number): number => local;

  op(...opcodes: readonly Opcode[]): this {
    for (const opcode of opcodes) this.bytes.push(...opcode);
    return this;
  }

  /** Appends what another wrote. */
  append(other: Code): this {
    for (const byte of other.bytes) this.bytes.push(byte);
    return this;
  }

  get(...locals: readonly number[]): this {
    for (const local of locals) this.bytes.push(control.localGet, ...unsigned(this.#named(local)));
    return this;
  }

  set(local: number): this {
    this.bytes.push(control.localSet, ...unsigned(this.#named(local)));
    return this;
  }

  i32(value: number): this {
    this.bytes.push(i32.const, ...signed(value));
    return this;
  }

  f32(value: number): this {
    this.bytes.push(f32.const, ...new Uint8Array(new Float32Array([value]).buffer));
    return this;
  }

  /** What `body` writes, with other locals in the place of those that it names. */
  renaming(rename: (local: number) => number, body: () => void): this {
    const before = this.#named;
    this.#named = rename;
    body();
    this.#named = before;
    return this;
  }

  /** local += amount */
  increase(local: number, amount: number): this {
    return this.get(local).i32(amount).op(i32.add).set(local);
  }

  branch(depth: number): this {
    this.bytes.push(control.br, depth);
    return this;
  }

  branchIf(depth: number): this {
    this.bytes.push(control.brIf, depth);
    return this;
  }

  /** A loop around what `body` writes. It goes round by a branch. */
  loop(body: () => void): this {
    this.op(control.loop);
    body();
    return this.op(control.end);
  }

  /** What `body` writes, where the condition on the stack holds; otherwise what `otherwise` does. */
  when(body: () => void, otherwise?: () => void): this {
    this.op(control.if);
    body();
    if (otherwise) {
      this.op(control.else);
      otherwise();
    }
    return this.op(control.end);
  }
}
