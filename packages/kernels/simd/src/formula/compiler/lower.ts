import type { Instruction, Program } from '@equipoise/core';
import type { Float, Lanes, Mask } from '../lanes/lanes.ts';
import { exp } from '../math/exp.ts';
import { expm1 } from '../math/expm1.ts';
import { log } from '../math/log.ts';
import { log1p } from '../math/log1p.ts';
import { rangesOf } from './ranges.ts';

/** Where a program's leaves come from. */
export interface Sources {
  input(name: string): Float;
  column(): Float;
  /** The element of a table at an index. */
  lookup(table: string, index: Float): Float;
}

/** Translates a program, backwards from its outputs: gives their values. What no output needs is not written. */
export function lower(program: Program, lanes: Lanes, sources: Sources): Float[] {
  const { instructions } = program;
  const ranges = rangesOf(program);
  const uses = usesOf(program);
  const values: (Float | undefined)[] = [];
  const masks = new Map<string, Mask>();

  const valueOf = (index: number): Float => (values[index] ??= write(instructions[index]!));

  const write = (instruction: Instruction): Float => {
    switch (instruction.op) {
      case 'constant':
        return lanes.constant(instruction.value);
      case 'input':
        return sources.input(instruction.name);
      case 'column':
        return sources.column();
      case 'lookup':
        return sources.lookup(instruction.table, valueOf(instruction.args[0]));
      case 'select':
        return select(instruction);
      case 'add':
      case 'sub':
        return sumOf(instruction.op, instruction.args);
      case 'mul':
      case 'div':
      case 'min':
      case 'max':
        return lanes[instruction.op](valueOf(instruction.args[0]), valueOf(instruction.args[1]));
      case 'neg':
      case 'abs':
      case 'sqrt':
      case 'floor':
        return lanes[instruction.op](valueOf(instruction.args[0]));
      case 'exp':
      case 'expm1':
      case 'log':
      case 'log1p':
        return MATH[instruction.op](lanes, valueOf(instruction.args[0]), ranges[instruction.args[0]]!);
    }
  };

  /** A product that nothing else uses becomes part of the sum: one instruction, rounded once. */
  const sumOf = (op: 'add' | 'sub', [left, right]: readonly [number, number]): Float => {
    const rightFactors = factorsOf(right);
    if (rightFactors) {
      const [a, b] = rightFactors;
      return lanes[op === 'add' ? 'madd' : 'nmadd'](valueOf(a), valueOf(b), valueOf(left));
    }
    const leftFactors = factorsOf(left);
    if (leftFactors && op === 'add') {
      return lanes.madd(valueOf(leftFactors[0]), valueOf(leftFactors[1]), valueOf(right));
    }
    return lanes[op](valueOf(left), valueOf(right));
  };

  const factorsOf = (index: number): readonly [number, number] | undefined => {
    const instruction = instructions[index]!;
    return instruction.op === 'mul' && uses[index] === 1 && !values[index] ? instruction.args : undefined;
  };

  const select = ({ compare, args }: Instruction & { op: 'select' }): Float => {
    const [left, right, then, otherwise] = args;
    const key = `${compare} ${left} ${right}`;
    const mask = masks.get(key) ?? lanes.compare(compare, valueOf(left), valueOf(right));
    masks.set(key, mask);
    const rest = instructions[otherwise]!;
    if (rest.op === 'constant' && Object.is(rest.value, 0)) return lanes.keep(mask, valueOf(then));
    return lanes.choose(mask, valueOf(then), valueOf(otherwise));
  };

  return program.outputs.map(valueOf);
}

const MATH = { exp, expm1, log, log1p };

/** How often each instruction is an operand or an output. */
function usesOf({ instructions, outputs }: Program): number[] {
  const uses = instructions.map(() => 0);
  for (const instruction of instructions) {
    if ('args' in instruction) for (const arg of instruction.args) uses[arg]! += 1;
  }
  for (const output of outputs) uses[output]! += 1;
  return uses;
}
