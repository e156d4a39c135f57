import type { Code } from '../assembler/code.ts';
import type { Opcode } from '../assembler/opcodes.ts';
import { control, F32, f32, I32, i32 } from '../assembler/opcodes.ts';
import type { InputDtype, Operation, Target } from './target.ts';

/** f32 without SIMD: every engine has it. Also for grids of fewer entries than a vector holds. */
export const scalar: Target = {
  name: 'scalar',
  width: 1,
  types: { float: F32, int: I32, mask: I32 },
  operations: {
    add: inOrder(f32.add),
    sub: inOrder(f32.sub),
    mul: inOrder(f32.mul),
    div: inOrder(f32.div),
    sqrt: inOrder(f32.sqrt),
    floor: inOrder(f32.floor),
    abs: inOrder(f32.abs),
    neg: inOrder(f32.neg),
    min: (code, a, b) => code.get(b, a, b, a).op(f32.less, control.select),
    max: (code, a, b) => code.get(b, a, a, b).op(f32.less, control.select),
    madd: (code, a, b, c) => code.get(a, b).op(f32.mul).get(c).op(f32.add),
    nmadd: (code, a, b, c) => code.get(c, a, b).op(f32.mul, f32.sub),
    less: inOrder(f32.less),
    lessEqual: inOrder(f32.lessEqual),
    equal: inOrder(f32.equal),
    choose: inOrder(control.select),
    keep: (code, value, mask) => code.get(value).f32(0).get(mask).op(control.select),
    both: inOrder(i32.and),
    asInt: inOrder(i32.reinterpretF32),
    asFloat: inOrder(f32.reinterpretI32),
    toFloat: inOrder(f32.convertI32),
    truncate: inOrder(i32.saturateF32),
    addInt: inOrder(i32.add),
    subInt: inOrder(i32.sub),
  },
  constant: (code, kind, value) => {
    if (kind === 'float') code.f32(value);
    else code.i32(value);
  },
  splatInt: (code, local) => code.get(local),
  shift: (code, int, left, bits) =>
    code
      .get(int)
      .i32(bits)
      .op(left ? i32.shiftLeft : i32.shiftRightSigned),
  load,
  loadOne: load,
  gather: (code, dtype, address) => load(code, dtype, () => code.get(address)),
  store: (code, address, value) => {
    address();
    code.get(value).op(f32.store);
  },
  laneOfInt: (code, int) => code.get(int),
  laneOfFloat: (code, float) => code.get(float),
};

function load(code: Code, dtype: InputDtype, address: () => void): void {
  address();
  if (dtype === 'float32') code.op(f32.load);
  else code.op(dtype === 'bool' ? i32.load8u : i32.load, f32.convertI32);
}

function inOrder(...opcodes: readonly Opcode[]): Operation {
  return (code, ...operands) => code.get(...operands).op(...opcodes);
}
