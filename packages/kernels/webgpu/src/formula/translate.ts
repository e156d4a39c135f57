import type { Instruction } from '@equipoise/core';
import { literal, MATH } from './math.ts';
import type { Field, Layout } from './layout.ts';

const COMPARISON = { less: '<', lessEqual: '<=', equal: '==' } as const;
const INFIX = { add: '+', sub: '-', mul: '*', div: '/' } as const;

/** A tensor, by what WGSL calls it: its name may be no word of WGSL. */
interface Variable extends Field {
  readonly variable: string;
}

/** The expression of one instruction; operands are the names v0, v1, … of earlier ones. */
function expression(instruction: Instruction, fields: ReadonlyMap<string, Variable>): string {
  switch (instruction.op) {
    case 'constant':
      return literal(instruction.value);
    case 'input':
      return read(fields.get(instruction.name)!);
    case 'column':
      return 'f32(column)';
    case 'lookup': {
      const { variable } = fields.get(instruction.table)!;
      return `f32(${variable}[min(u32(max(v${instruction.args[0]}, 0.0f)), arrayLength(&${variable}) - 1u)])`;
    }
    case 'select': {
      const [left, right, then, otherwise] = instruction.args;
      return `select(v${otherwise}, v${then}, v${left} ${COMPARISON[instruction.compare]} v${right})`;
    }
    case 'add':
    case 'sub':
    case 'mul':
    case 'div': {
      const [left, right] = instruction.args;
      return `v${left} ${INFIX[instruction.op]} v${right}`;
    }
    case 'min':
    case 'max':
      return `${instruction.op}(v${instruction.args[0]}, v${instruction.args[1]})`;
    case 'neg':
      return `-v${instruction.args[0]}`;
    case 'abs':
    case 'sqrt':
    case 'floor':
      return `${instruction.op}(v${instruction.args[0]})`;
    case 'exp':
    case 'log':
    case 'log1p':
    case 'expm1':
      return `${instruction.op}_(v${instruction.args[0]})`;
  }
}

const INDEX = { entry: 'i', row: 'row', column: 'column', scalar: '0', table: '0' } as const;

function read({ binding, variable }: Variable): string {
  return `f32(${variable}[${INDEX[binding]}])`;
}

/** A program in WGSL. */
export interface Translation {
  /** Functions it calls, and its inputs at bindings 0, 1, … */
  readonly declarations: string;
  /** One line an instruction, `let v0 = …`; reads `i`, `row` and `column`. */
  readonly lines: string;
  /** The names of the outputs. */
  readonly outputs: readonly string[];
}

/** Translates a program line by line. */
export function translate({ program, fields }: Layout): Translation {
  const variables = fields.map(({ name, binding, type }, i) => ({
    name,
    binding,
    type,
    variable: `input_${i}`,
  }));
  const byName = new Map(variables.map((field) => [field.name, field]));
  const used = new Set(program.instructions.map(({ op }) => op));
  const functions = Object.entries(MATH).filter(([op]) => used.has(op as Instruction['op']));
  const inputs = variables.map(
    ({ variable, type }, i) => `@group(0) @binding(${i}) var<storage, read> ${variable}: array<${type}>;`,
  );
  return {
    declarations: [...functions.map(([, text]) => text), ...inputs].join('\n'),
    lines: program.instructions
      .map((instruction, i) => `    let v${i} = ${expression(instruction, byName)};`)
      .join('\n'),
    outputs: program.outputs.map((output) => `v${output}`),
  };
}
