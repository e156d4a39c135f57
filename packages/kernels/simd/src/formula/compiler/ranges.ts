import type { Instruction, Program } from '@equipoise/core';
import type { Range } from '../math/range.ts';
import { ANYTHING } from '../math/range.ts';

/** What is known of each instruction's value, so that e^−|x| needs no guard against overflow and ln(1 + e^−|x|) is a polynomial. */
export function rangesOf({ instructions }: Program): readonly Range[] {
  const ranges: Range[] = [];
  for (const instruction of instructions) ranges.push(rangeOf(instruction, ranges));
  return ranges;
}

function rangeOf(instruction: Instruction, ranges: readonly Range[]): Range {
  switch (instruction.op) {
    case 'constant':
      return point(instruction.value);
    case 'column':
      return { low: 0, high: Infinity };
    case 'input':
    case 'lookup':
      return ANYTHING;
    case 'select': {
      const [, , then, otherwise] = instruction.args;
      return hull([ranges[then]!.low, ranges[then]!.high, ranges[otherwise]!.low, ranges[otherwise]!.high]);
    }
    case 'neg':
    case 'abs':
    case 'exp':
    case 'expm1':
    case 'log':
    case 'log1p':
    case 'sqrt':
    case 'floor':
      return UNARY[instruction.op](ranges[instruction.args[0]]!);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'min':
    case 'max':
      return BINARY[instruction.op](ranges[instruction.args[0]]!, ranges[instruction.args[1]]!);
  }
}

const UNARY = {
  neg: ({ low, high }: Range): Range => hull([-low, -high]),
  abs: ({ low, high }: Range): Range =>
    low >= 0 || high <= 0 ? hull([Math.abs(low), Math.abs(high)]) : hull([0, -low, high]),
  exp: increasing(Math.exp),
  expm1: increasing(Math.expm1),
  log: ({ low, high }: Range): Range =>
    increasing(Math.log)({ low: Math.max(low, 0), high: Math.max(high, 0) }),
  log1p: ({ low, high }: Range): Range =>
    increasing(Math.log1p)({ low: Math.max(low, -1), high: Math.max(high, -1) }),
  sqrt: ({ low, high }: Range): Range =>
    increasing(Math.sqrt)({ low: Math.max(low, 0), high: Math.max(high, 0) }),
  floor: increasing(Math.floor),
};

const BINARY = {
  add: (a: Range, b: Range): Range => hull([a.low + b.low, a.high + b.high]),
  sub: (a: Range, b: Range): Range => hull([a.low - b.high, a.high - b.low]),
  mul: (a: Range, b: Range): Range => hull(corners(a, b, (x, y) => x * y)),
  div: (a: Range, b: Range): Range =>
    b.low > 0 || b.high < 0 ? hull(corners(a, b, (x, y) => x / y)) : ANYTHING,
  min: (a: Range, b: Range): Range => ({ low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) }),
  max: (a: Range, b: Range): Range => ({ low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) }),
};

function point(value: number): Range {
  return hull([value]);
}

function corners(a: Range, b: Range, of: (x: number, y: number) => number): number[] {
  return [of(a.low, b.low), of(a.low, b.high), of(a.high, b.low), of(a.high, b.high)];
}

function increasing(of: (x: number) => number): (range: Range) => Range {
  return ({ low, high }) => hull([of(low), of(high)]);
}

/** The least range around values; where a bound is not a number, as ∞ − ∞, anything. */
function hull(values: readonly number[]): Range {
  return values.some(Number.isNaN) ? ANYTHING : { low: Math.min(...values), high: Math.max(...values) };
}
