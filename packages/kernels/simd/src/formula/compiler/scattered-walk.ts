import type { Code } from '../assembler/code.ts';
import { i32, i32x4, v128 } from '../assembler/opcodes.ts';
import type { Float, Int, Lanes } from '../lanes/lanes.ts';
import { ENTRY } from '../lanes/lanes.ts';
import type { Locals } from '../lanes/locals.ts';
import type { Steps } from './grid-walk.ts';
import { LineWalk } from './line-walk.ts';
import type { Parameters } from './parameters.ts';
import type { PlannedInput } from './plan.ts';

/** Entry by entry, where rows are shorter than a few vectors: lanes gather from rows of their own. Four lanes only. */
export class ScatteredWalk extends LineWalk {
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
