import type { Code } from '../assembler/code.ts';
import { f32, f32x4, i32, i32x4, I32, v128 } from '../assembler/opcodes.ts';
import type { Float, Lanes } from '../lanes/lanes.ts';
import { ENTRY, ROW } from '../lanes/lanes.ts';
import type { Locals } from '../lanes/locals.ts';
import { scalar } from '../lanes/scalar.ts';
import type { Steps } from './grid-walk.ts';
import type { Position } from './line-walk.ts';
import { BYTES, LineWalk, positionIn } from './line-walk.ts';
import type { Parameters } from './parameters.ts';
import type { PlannedInput } from './plan.ts';

/** The position in rows: the row, and the bytes before it in a tensor of a value a row and in the grid. */
interface RowPosition extends Position {
  readonly row: number;
  readonly rowBytes: number;
  readonly before: number;
}

/** Row by row: what belongs to a row is loaded once for it. */
export class RowWalk extends LineWalk {
  declare protected readonly position: RowPosition;
  #column: Float | undefined;
  /** The bytes from the row's first entry to a vector's, where something is bound to columns. */
  #place: number | undefined;

  /** @param beside another version's walk of the same rows. */
  constructor(lanes: Lanes, locals: Locals, parameters: Parameters, beside?: RowWalk) {
    super(lanes, locals, parameters, beside?.position ?? rowPositionIn(locals));
  }

  input(input: PlannedInput): Float {
    const { target } = this.lanes;
    const { dtype, binding } = input;
    switch (binding) {
      case 'row':
        return this.lanes.value('float', ROW, (code) =>
          target.loadOne(code, dtype, () => this.#address(code, input, this.position.rowBytes)),
        );
      case 'column': {
        const place = (this.#place ??= this.locals.addOfEntry(I32));
        return this.lanes.value('float', ENTRY, (code) =>
          target.load(code, dtype, () => this.#address(code, input, place)),
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
    this.#column ??= {
      kind: 'float',
      local: this.locals.addOfEntry(this.lanes.target.types.float),
      level: ENTRY,
    };
    return this.#column;
  }

  lines(code: Code, line: () => void): void {
    const { rows, columns } = this.parameters;
    const { row, rowBytes, before, extent } = this.position;
    code.get(columns).i32(2).op(i32.shiftLeft).set(extent);
    this.bound(code);
    code.loop(() => {
      line();
      code.get(before, extent).op(i32.add).set(before);
      code.increase(rowBytes, BYTES).increase(row, 1);
      code.get(row, rows).op(i32.lessSigned).branchIf(0);
    });
  }

  override line(code: Code, steps: Steps): void {
    code.append(this.lanes.ofRow);
    super.line(code, steps);
  }

  /** Leaves on the stack whether no column of this row is the row's value of any of the inputs. */
  pushNoColumnIs(code: Code, inputs: readonly PlannedInput[]): void {
    inputs.forEach((input, i) => {
      const value = (): void =>
        scalar.load(code, input.dtype, () => this.#address(code, input, this.position.rowBytes));
      value();
      code.f32(0).op(f32.less).get(this.parameters.columns).op(f32.convertI32);
      value();
      code.op(f32.lessEqual, i32.or);
      if (i > 0) code.op(i32.and);
    });
  }

  protected place(code: Code, vector: number): void {
    if (!this.#column) return;
    code.get(this.position.at).i32(2).op(i32.shiftRightUnsigned);
    if (this.wide) {
      const lanes = [0, 1, 2, 3].map((lane) => lane + this.lanes.target.width * vector);
      code.op(i32x4.splat, [...v128.const, ...new Uint8Array(new Int32Array(lanes).buffer)]);
      code.op(i32x4.add, f32x4.convertI32x4);
    } else code.op(f32.convertI32);
    code.set(this.#column.local);
  }

  protected move(code: Code): void {
    if (!this.#column) return;
    code.get(this.#column.local).f32(this.entriesOfStep);
    if (this.wide) code.op(f32x4.splat, f32x4.add);
    else code.op(f32.add);
    code.set(this.#column.local);
  }

  protected offsetOf(code: Code, vector: number): void {
    this.pushPlace(code, vector);
    if (this.#place !== undefined) code.set(this.#place).get(this.#place);
    code.get(this.position.before).op(i32.add).set(this.position.offset);
  }

  #address(code: Code, { name, dtype }: PlannedInput, bytes: number): void {
    code.get(this.parameters.inputs[name]!, bytes);
    if (dtype === 'bool') code.i32(2).op(i32.shiftRightUnsigned);
    code.op(i32.add);
  }
}

function rowPositionIn(locals: Locals): RowPosition {
  return {
    ...positionIn(locals),
    row: locals.add(I32),
    rowBytes: locals.add(I32),
    before: locals.add(I32),
  };
}
