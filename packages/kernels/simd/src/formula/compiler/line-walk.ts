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

/** The locals that say where a walk is. Walks of several versions of a program share them. */
export interface Position {
  /** Bytes of a line; where its last step begins; where this step begins. */
  readonly extent: number;
  readonly last: number;
  readonly at: number;
  /** Where the last step of this block begins. */
  readonly limit: number;
  /** The bytes from the grid's first entry to a vector's. */
  readonly offset: number;
}

export function positionIn(locals: Locals): Position {
  return {
    extent: locals.add(I32),
    last: locals.add(I32),
    at: locals.add(I32),
    limit: locals.add(I32),
    offset: locals.addOfEntry(I32),
  };
}

/**
 * What both walks share: a line of `extent` bytes is walked a step at a time, the last step moved back to end with the line. A step is as
 * many vectors as are computed at once, instruction by instruction: while one waits for a result, another goes on.
 */
export abstract class LineWalk implements GridWalk {
  readonly fresh: Mask | undefined;
  protected readonly lanes: Lanes;
  protected readonly locals: Locals;
  protected readonly parameters: Parameters;
  protected readonly position: Position;

  constructor(lanes: Lanes, locals: Locals, parameters: Parameters, position: Position) {
    this.lanes = lanes;
    this.locals = locals;
    this.parameters = parameters;
    this.position = position;
    if (this.wide) {
      this.fresh = { kind: 'mask', local: locals.addOfEntry(lanes.target.types.mask), level: ENTRY };
    }
  }

  abstract input(input: PlannedInput): Float;
  abstract column(): Float;
  abstract lines(code: Code, line: () => void): void;
  /** Sets the lanes' places to those of a vector of a step at `at`. */
  protected abstract place(code: Code, vector: number): void;
  /** Moves the lanes' places on by a step. */
  protected abstract move(code: Code): void;
  /** Sets `offset`. */
  protected abstract offsetOf(code: Code, vector: number): void;

  protected get wide(): boolean {
    return this.lanes.target.width > 1;
  }

  protected get vectorBytes(): number {
    return this.lanes.target.width * BYTES;
  }

  /** Entries of a step. */
  protected get entriesOfStep(): number {
    return this.locals.vectors * this.lanes.target.width;
  }

  entryAddress(code: Code, array: number): void {
    code.get(array, this.position.offset).op(i32.add);
  }

  line(code: Code, { entry, block }: Steps): void {
    const { at, last, limit } = this.position;
    const each = (write: (vector: number) => void): void => this.locals.each(code, write);
    const { fresh } = this;
    code.i32(0).set(at);
    if (fresh) each(() => code.i32(-1).op(i32x4.splat).set(fresh.local));
    code.loop(() => {
      each((vector) => this.place(code, vector));
      this.#setLimit(code, block !== undefined);
      code.loop(() => {
        each((vector) => this.offsetOf(code, vector));
        for (const write of this.lanes.ofEntry) each(() => write(code));
        each((vector) => entry(code, vector));
        code.increase(at, this.#step);
        each(() => this.move(code));
        code.get(at, limit).op(i32.lessEqualSigned).branchIf(0);
      });
      if (block) {
        each(() => block(code));
        code.get(at, last).op(i32.lessEqualSigned).branchIf(0);
      }
      if (fresh) this.#rest(code, fresh);
    });
  }

  protected entryInput({ name, dtype }: PlannedInput): Float {
    const { target } = this.lanes;
    const array = this.parameters.inputs[name]!;
    return this.lanes.value('float', ENTRY, (code) =>
      target.load(code, dtype, () => {
        if (dtype === 'bool') {
          code.get(array, this.position.offset).i32(2).op(i32.shiftRightUnsigned, i32.add);
        } else this.entryAddress(code, array);
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
    code.get(this.position.extent).i32(this.#step).op(i32.sub).set(this.position.last);
  }

  /** The bytes from the line's first entry to a vector's. */
  protected pushPlace(code: Code, vector: number): void {
    code.get(this.position.at);
    if (vector > 0) code.i32(vector * this.vectorBytes).op(i32.add);
  }

  get #step(): number {
    return this.entriesOfStep * BYTES;
  }

  #setLimit(code: Code, blocks: boolean): void {
    const { at, last, limit } = this.position;
    code.get(last);
    if (blocks) {
      const block = (BLOCK_VECTORS - 1) * this.#step;
      code.get(at).i32(block).op(i32.add);
      code.get(last, at).op(i32.sub).i32(block).op(i32.lessSigned, control.select);
    }
    code.set(limit);
  }

  /** Where fewer entries than a step's are left, once more round with the last step, in which they alone are fresh. */
  #rest(code: Code, fresh: Mask): void {
    const { at, last, extent } = this.position;
    code
      .get(at, extent)
      .op(i32.lessSigned)
      .when(() => {
        this.locals.each(code, (vector) => {
          const offsets = [0, 1, 2, 3].map((lane) => BYTES * lane + this.vectorBytes * vector);
          code.op([...v128.const, ...new Uint8Array(new Int32Array(offsets).buffer)]);
          code.get(at, last).op(i32.sub, i32x4.splat, i32x4.greaterEqualSigned).set(fresh.local);
        });
        code.get(last).set(at).branch(1);
      });
  }
}
