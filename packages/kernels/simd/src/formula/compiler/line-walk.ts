import type { Code } from '../assembler/code.ts';
import { control, i32, i32x4, I32, v128 } from '../assembler/opcodes.ts';
import type { Float, Lanes, Mask } from '../lanes/lanes.ts';
import { ENTRY, ONCE } from '../lanes/lanes.ts';
import type { Locals } from '../lanes/locals.ts';
import type { GridWalk, Steps } from './grid-walk.ts';
import type { Parameters } from './parameters.ts';
import type { PlannedInput } from './plan.ts';

/** The bytes of a float32 or int32. */
export const BYTES = 4;

/** Vectors of float32 terms that are added before they go to a double: equal terms lose 10⁻⁶ of their sum at most. */
const BLOCK_VECTORS = 32;

/** What both walks share: a line of `extent` bytes is walked a vector at a time, the last vector moved back to end with the line. */
export abstract class LineWalk implements GridWalk {
  readonly fresh: Mask | undefined;
  protected readonly lanes: Lanes;
  protected readonly locals: Locals;
  protected readonly parameters: Parameters;
  /** Bytes of a line; where its last vector begins; where this vector begins. */
  protected readonly extent: number;
  readonly #last: number;
  protected readonly at: number;
  /** The bytes from the grid's first entry to this one. */
  protected readonly offset: number;
  /** Where the last vector of this block begins. */
  readonly #limit: number;

  constructor(lanes: Lanes, locals: Locals, parameters: Parameters) {
    this.lanes = lanes;
    this.locals = locals;
    this.parameters = parameters;
    this.extent = locals.add(I32);
    this.#last = locals.add(I32);
    this.at = locals.add(I32);
    this.offset = locals.add(I32);
    this.#limit = locals.add(I32);
    if (this.wide) this.fresh = { kind: 'mask', local: locals.add(lanes.target.types.mask), level: ENTRY };
  }

  abstract input(input: PlannedInput): Float;
  abstract column(): Float;
  abstract loops(code: Code, steps: Steps): void;
  /** Sets the lanes' places to those of a vector at `at`. */
  protected abstract place(code: Code): void;
  /** Moves the lanes' places on by a vector. */
  protected abstract move(code: Code): void;
  /** Sets `offset`. */
  protected abstract offsetOf(code: Code): void;

  protected get wide(): boolean {
    return this.lanes.target.width > 1;
  }

  protected get step(): number {
    return this.lanes.target.width * BYTES;
  }

  entryAddress(code: Code, array: number): void {
    code.get(array, this.offset).op(i32.add);
  }

  protected entryInput({ name, dtype }: PlannedInput): Float {
    const { target } = this.lanes;
    const array = this.parameters.inputs[name]!;
    return this.lanes.value('float', ENTRY, (code) =>
      target.load(code, dtype, () => {
        if (dtype === 'bool') code.get(array, this.offset).i32(2).op(i32.shiftRightUnsigned, i32.add);
        else this.entryAddress(code, array);
      }),
    );
  }

  protected scalarInput({ name, dtype }: PlannedInput): Float {
    const { target } = this.lanes;
    return this.lanes.value('float', ONCE, (code) =>
      target.loadOne(code, dtype, () => code.get(this.parameters.inputs[name]!)),
    );
  }

  /** `last` from `extent`. */
  protected bound(code: Code): void {
    code.get(this.extent).i32(this.step).op(i32.sub).set(this.#last);
  }

  protected line(code: Code, { entry, block }: Steps): void {
    code.i32(0).set(this.at);
    if (this.fresh) code.i32(-1).op(i32x4.splat).set(this.fresh.local);
    code.loop(() => {
      this.place(code);
      this.#setLimit(code, block !== undefined);
      code.loop(() => {
        this.offsetOf(code);
        code.append(this.lanes.streams[ENTRY]);
        entry(code);
        code.increase(this.at, this.step);
        this.move(code);
        code.get(this.at, this.#limit).op(i32.lessEqualSigned).branchIf(0);
      });
      if (block) {
        block(code);
        code.get(this.at, this.#last).op(i32.lessEqualSigned).branchIf(0);
      }
      if (this.fresh) this.#rest(code, this.fresh);
    });
  }

  #setLimit(code: Code, blocks: boolean): void {
    code.get(this.#last);
    if (blocks) {
      const block = (BLOCK_VECTORS - 1) * this.step;
      code.get(this.at).i32(block).op(i32.add);
      code.get(this.#last, this.at).op(i32.sub).i32(block).op(i32.lessSigned, control.select);
    }
    code.set(this.#limit);
  }

  /** Where fewer entries than a vector holds are left, once more round with the last vector, in which they alone are fresh. */
  #rest(code: Code, fresh: Mask): void {
    code
      .get(this.at, this.extent)
      .op(i32.lessSigned)
      .when(() => {
        code.op([...v128.const, ...laneOffsets()]);
        code.get(this.at, this.#last).op(i32.sub, i32x4.splat, i32x4.greaterEqualSigned).set(fresh.local);
        code.get(this.#last).set(this.at).branch(1);
      });
  }
}

function laneOffsets(): Uint8Array {
  return new Uint8Array(new Int32Array([0, 4, 8, 12]).buffer);
}
