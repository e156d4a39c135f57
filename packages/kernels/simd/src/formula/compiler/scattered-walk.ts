import type { Code } from '../assembler/code.ts';
import { i32, i32x4, v128 } from '../assembler/opcodes.ts';
import type { Float, Int, Lanes } from '../lanes/lanes.ts';
import { ENTRY } from '../lanes/lanes.ts';
import type { Locals } from '../lanes/locals.ts';
import { LineWalk, positionIn } from './line-walk.ts';
import type { Parameters } from './parameters.ts';
import type { PlannedInput } from './plan.ts';

/** Entry by entry, where rows are shorter than a few vectors: lanes gather from rows of their own. SIMD only. */
export class ScatteredWalk extends LineWalk {
  readonly #rows: Int;
  readonly #columns: Int;
  /** Rows and columns that a step's entries on are away, before a row is full; and columns of a row. */
  readonly #rowStep: number;
  readonly #columnStep: number;
  readonly #width: number;

  constructor(lanes: Lanes, locals: Locals, parameters: Parameters) {
    super(lanes, locals, parameters, positionIn(locals));
    const { int } = lanes.target.types;
    this.#rows = { kind: 'int', local: locals.addOfEntry(int), level: ENTRY };
    this.#columns = { kind: 'int', local: locals.addOfEntry(int), level: ENTRY };
    this.#rowStep = locals.add(int);
    this.#columnStep = locals.add(int);
    this.#width = locals.add(int);
  }

  input(input: PlannedInput): Float {
    const { name, dtype, binding } = input;
    const array = this.parameters.inputs[name]!;
    switch (binding) {
      case 'row':
      case 'column': {
        const index = binding === 'row' ? this.#rows : this.#columns;
        return this.lanes.gather(dtype, array, index);
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

  /** The grid is one line. */
  lines(code: Code, line: () => void): void {
    const { rows, columns } = this.parameters;
    code.get(rows, columns).op(i32.mul).i32(2).op(i32.shiftLeft).set(this.position.extent);
    this.bound(code);
    code.i32(this.entriesOfStep).get(columns).op(i32.divideUnsigned, i32x4.splat).set(this.#rowStep);
    code.i32(this.entriesOfStep).get(columns).op(i32.remainderUnsigned, i32x4.splat).set(this.#columnStep);
    code.get(columns).op(i32x4.splat).set(this.#width);
    line();
  }

  protected place(code: Code, vector: number): void {
    const { columns } = this.parameters;
    for (const lane of [0, 1, 2, 3]) {
      const first = lane + this.lanes.target.width * vector;
      const entry = (): Code =>
        code.get(this.position.at).i32(2).op(i32.shiftRightUnsigned).i32(first).op(i32.add);
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

  protected offsetOf(code: Code, vector: number): void {
    this.pushPlace(code, vector);
    code.set(this.position.offset);
  }
}
