import type { Code } from '../assembler/code.ts';
import { f32, f32x4, i32, i32x4, I32, v128 } from '../assembler/opcodes.ts';
import type { Float, Lanes } from '../lanes/lanes.ts';
import { ENTRY, ROW } from '../lanes/lanes.ts';
import type { Locals } from '../lanes/locals.ts';
import type { Steps } from './grid-walk.ts';
import { BYTES, LineWalk } from './line-walk.ts';
import type { Parameters } from './parameters.ts';
import type { PlannedInput } from './plan.ts';

/** Row by row: what belongs to a row is loaded once for it. */
export class RowWalk extends LineWalk {
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

function laneNumbers(): Uint8Array {
  return new Uint8Array(new Int32Array([0, 1, 2, 3]).buffer);
}
