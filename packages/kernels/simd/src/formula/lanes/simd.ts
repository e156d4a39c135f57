import type { Code } from '../assembler/code.ts';
import type { Opcode } from '../assembler/opcodes.ts';
import { f32x4, i16x8, i32, i32x4, V128, v128 } from '../assembler/opcodes.ts';
import type { InputDtype, Operation, Target } from './target.ts';

/** f32x4 with relaxed SIMD: multiply-add rounded once, and a select of one instruction. */
export const relaxed: Target = simdTarget('relaxed', {
  madd: inOrder(f32x4.relaxedMadd),
  nmadd: inOrder(f32x4.relaxedNmadd),
  // Masks are all ones or all zeros, for which engines agree.
  choose: inOrder(i32x4.relaxedLaneselect),
  truncate: inOrder(i32x4.relaxedTruncateF32x4),
});

/** f32x4 of the first SIMD proposal. */
export const simd: Target = simdTarget('simd', {
  madd: (code, a, b, c) => code.get(a, b).op(f32x4.mul).get(c).op(f32x4.add),
  nmadd: (code, a, b, c) => code.get(c, a, b).op(f32x4.mul, f32x4.sub),
  choose: inOrder(v128.bitselect),
  truncate: inOrder(i32x4.saturateF32x4),
});

function simdTarget(
  name: 'relaxed' | 'simd',
  own: Readonly<Record<'madd' | 'nmadd' | 'choose' | 'truncate', Operation>>,
): Target {
  return {
    name,
    width: 4,
    types: { float: V128, int: V128, mask: V128 },
    operations: {
      ...own,
      add: inOrder(f32x4.add),
      sub: inOrder(f32x4.sub),
      mul: inOrder(f32x4.mul),
      div: inOrder(f32x4.div),
      sqrt: inOrder(f32x4.sqrt),
      floor: inOrder(f32x4.floor),
      abs: inOrder(f32x4.abs),
      neg: inOrder(f32x4.neg),
      // One instruction on x86, where f32x4.min and max take six.
      min: inOrder(f32x4.pmin),
      max: inOrder(f32x4.pmax),
      less: inOrder(f32x4.less),
      lessEqual: inOrder(f32x4.lessEqual),
      equal: inOrder(f32x4.equal),
      keep: inOrder(v128.and),
      both: inOrder(v128.and),
      asInt: inOrder(),
      asFloat: inOrder(),
      toFloat: inOrder(f32x4.convertI32x4),
      addInt: inOrder(i32x4.add),
      subInt: inOrder(i32x4.sub),
    },
    constant: (code, kind, value) => {
      if (kind === 'float') code.f32(value).op(f32x4.splat);
      else code.i32(value).op(i32x4.splat);
    },
    splatInt: (code, local) => code.get(local).op(i32x4.splat),
    shift: (code, int, left, bits) =>
      code
        .get(int)
        .i32(bits)
        .op(left ? i32x4.shiftLeft : i32x4.shiftRightSigned),
    load: (code, dtype, address) => {
      address();
      if (dtype === 'bool')
        code.op(v128.load32Zero, i16x8.extendLowI8x16Unsigned, i32x4.extendLowI16x8Unsigned);
      else code.op(v128.load);
      convert(code, dtype);
    },
    loadOne: (code, dtype, address) => {
      address();
      if (dtype === 'bool') code.op(i32.load8u, i32x4.splat);
      else code.op(v128.load32Splat);
      convert(code, dtype);
    },
    gather: (code, dtype, address) => {
      const element = (lane: number): void => {
        code.get(address).op([...i32x4.extractLane, lane], dtype === 'bool' ? i32.load8u : i32.load);
      };
      element(0);
      code.op(i32x4.splat);
      for (const lane of [1, 2, 3]) {
        element(lane);
        code.op([...i32x4.replaceLane, lane]);
      }
      convert(code, dtype);
    },
    store: (code, address, value) => {
      address();
      code.get(value).op(v128.store);
    },
    laneOfInt: (code, int, lane) => code.get(int).op([...i32x4.extractLane, lane]),
    laneOfFloat: (code, float, lane) => code.get(float).op([...f32x4.extractLane, lane]),
  };
}

function inOrder(...opcodes: readonly Opcode[]): Operation {
  return (code, ...operands) => code.get(...operands).op(...opcodes);
}

function convert(code: Code, dtype: InputDtype): void {
  if (dtype !== 'float32') code.op(f32x4.convertI32x4);
}
