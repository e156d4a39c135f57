import type { Code } from '../assembler/code.ts';
import { control, f32, i32, i32x4, f32x4, I32, v128 } from '../assembler/opcodes.ts';
import type { Float, Int, Lanes, Mask } from '../lanes/lanes.ts';
import { ENTRY, ONCE, ROW } from '../lanes/lanes.ts';
import type { Locals } from '../lanes/locals.ts';
import type { Parameters } from './parameters.ts';
import type { PlannedInput, Walk } from './plan.ts';

/** The bytes of a float32 or int32. */
const BYTES = 4;

/** Vectors of float32 terms that are added before they go to a double: equal terms lose 10⁻⁶ of their sum at most. */
const BLOCK_VECTORS = 32;

/** What a kernel does at each entry, and where a block ends. */
export interface Steps {
  /** What comes after the entry's instructions. */
  readonly entry: (code: Code) => void;
  /** After each block of a row, if anything. */
  readonly block?: (code: Code) => void;
}

/** The loops over a grid, and the places that they are at. */
export interface GridWalk {
  /** Which lanes are entries that no earlier vector had; undefined where all are. */
  readonly fresh: Mask | undefined;
  input(input: PlannedInput): Float;
  column(): Float;
  /** Writes an address of this entry in a float32 array of the whole grid. */
  entryAddress(code: Code, array: number): void;
  /** The whole function's loops, around what the lanes' streams hold. */
  loops(code: Code, steps: Steps): void;
}

/** Walks row by row, or entry by entry: see {@link Walk}. */
export function walkGrid(walk: Walk, lanes: Lanes, locals: Locals, parameters: Parameters): GridWalk {
  return walk === 'rows'
    ? new RowWalk(lanes, locals, parameters)
    : new ScatteredWalk(lanes, locals, parameters);
}

/** What both walks share: a line of `extent` bytes is walked a vector at a time, the last vector moved back to end with the line. */
abstract class LineWalk implements GridWalk {
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

class RowWalk extends LineWalk {
  readonly #row: number;
  readonly #rowBytes: number;
  readonly #before: number;
  #column: Float | undefined;

  constructor(lanes: Lanes, locals: Locals, parameters: Parameters) {
    super(lanes, locals, parameters);
    this.#row = locals.add(I32);
    this.#rowBytes = locals.add(I32);
    this.#before = locals.add(I32);
  }

  input(input: PlannedInput): Float {
    const { target } = this.lanes;
    const { name, dtype, binding } = input;
    const array = this.parameters.inputs[name]!;
    const shifted = (code: Code, bytes: number): Code => {
      code.get(array, bytes);
      if (dtype === 'bool') code.i32(2).op(i32.shiftRightUnsigned);
      return code.op(i32.add);
    };
    switch (binding) {
      case 'row':
        return this.lanes.value('float', ROW, (code) =>
          target.loadOne(code, dtype, () => shifted(code, this.#rowBytes)),
        );
      case 'column':
        return this.lanes.value('float', ENTRY, (code) =>
          target.load(code, dtype, () => shifted(code, this.at)),
        );
      case 'scalar':
        return this.scalarInput(input);
      case 'entry':
      case 'table':
        return this.entryInput(input);
    }
  }

  column(): Float {
    this.#column ??= { kind: 'float', local: this.locals.add(this.lanes.target.types.float), level: ENTRY };
    return this.#column;
  }

  loops(code: Code, steps: Steps): void {
    const { rows, columns } = this.parameters;
    code.get(columns).i32(2).op(i32.shiftLeft).set(this.extent);
    this.bound(code);
    code.loop(() => {
      code.append(this.lanes.streams[ROW]);
      this.line(code, steps);
      code.get(this.#before, this.extent).op(i32.add).set(this.#before);
      code.increase(this.#rowBytes, BYTES).increase(this.#row, 1);
      code.get(this.#row, rows).op(i32.lessSigned).branchIf(0);
    });
  }

  protected place(code: Code): void {
    if (!this.#column) return;
    code.get(this.at).i32(2).op(i32.shiftRightUnsigned);
    if (this.wide) {
      code.op(i32x4.splat, [...v128.const, ...laneNumbers()], i32x4.add, f32x4.convertI32x4);
    } else code.op(f32.convertI32);
    code.set(this.#column.local);
  }

  protected move(code: Code): void {
    if (!this.#column) return;
    code.get(this.#column.local).f32(this.lanes.target.width);
    if (this.wide) code.op(f32x4.splat, f32x4.add);
    else code.op(f32.add);
    code.set(this.#column.local);
  }

  protected offsetOf(code: Code): void {
    code.get(this.#before, this.at).op(i32.add).set(this.offset);
  }
}

/** Four lanes only: a single lane needs no gathering. */
class ScatteredWalk extends LineWalk {
  readonly #rows: Int;
  readonly #columns: Int;
  /** Rows and columns that four entries on are away, before a row is full; and columns of a row. */
  readonly #rowStep: number;
  readonly #columnStep: number;
  readonly #width: number;

  constructor(lanes: Lanes, locals: Locals, parameters: Parameters) {
    super(lanes, locals, parameters);
    const vector = (): number => locals.add(lanes.target.types.int);
    this.#rows = { kind: 'int', local: vector(), level: ENTRY };
    this.#columns = { kind: 'int', local: vector(), level: ENTRY };
    this.#rowStep = vector();
    this.#columnStep = vector();
    this.#width = vector();
  }

  input(input: PlannedInput): Float {
    const { name, dtype, binding } = input;
    const array = this.parameters.inputs[name]!;
    switch (binding) {
      case 'row':
      case 'column': {
        const index = binding === 'row' ? this.#rows : this.#columns;
        return this.lanes.value('float', ENTRY, (code) =>
          this.lanes.target.gather(code, dtype, array, index.local),
        );
      }
      case 'scalar':
        return this.scalarInput(input);
      case 'entry':
      case 'table':
        return this.entryInput(input);
    }
  }

  column(): Float {
    return this.lanes.toFloat(this.#columns);
  }

  loops(code: Code, steps: Steps): void {
    const { rows, columns } = this.parameters;
    code.get(rows, columns).op(i32.mul).i32(2).op(i32.shiftLeft).set(this.extent);
    this.bound(code);
    code.i32(4).get(columns).op(i32.divideUnsigned, i32x4.splat).set(this.#rowStep);
    code.i32(4).get(columns).op(i32.remainderUnsigned, i32x4.splat).set(this.#columnStep);
    code.get(columns).op(i32x4.splat).set(this.#width);
    this.line(code, steps);
  }

  protected place(code: Code): void {
    const { columns } = this.parameters;
    for (const lane of [0, 1, 2, 3]) {
      const entry = (): Code => code.get(this.at).i32(2).op(i32.shiftRightUnsigned).i32(lane).op(i32.add);
      code.get(this.#rows.local);
      entry()
        .get(columns)
        .op(i32.divideUnsigned, [...i32x4.replaceLane, lane])
        .set(this.#rows.local);
      code.get(this.#columns.local);
      entry()
        .get(columns)
        .op(i32.remainderUnsigned, [...i32x4.replaceLane, lane])
        .set(this.#columns.local);
    }
  }

  protected move(code: Code): void {
    const columns = this.#columns.local;
    const rows = this.#rows.local;
    code.get(columns, this.#columnStep).op(i32x4.add).set(columns);
    // A mask is −1 where it holds.
    code.get(rows, this.#rowStep).op(i32x4.add);
    code.get(columns, this.#width).op(i32x4.greaterEqualSigned, i32x4.sub).set(rows);
    code.get(columns, columns, this.#width).op(i32x4.greaterEqualSigned);
    code.get(this.#width).op(v128.and, i32x4.sub).set(columns);
  }

  protected offsetOf(code: Code): void {
    code.get(this.at).set(this.offset);
  }
}

function laneNumbers(): Uint8Array {
  return new Uint8Array(new Int32Array([0, 1, 2, 3]).buffer);
}

function laneOffsets(): Uint8Array {
  return new Uint8Array(new Int32Array([0, 4, 8, 12]).buffer);
}
