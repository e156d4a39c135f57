import type { Instruction, Program } from '@equipoise/core';
import type { BoundValues, Grid } from './run-compiled.ts';

/** A value in double, and how far from it float32 code may be. Infinite where a rounding decides, as at the edge of a comparison. */
export interface Approximate {
  readonly value: number;
  readonly error: number;
}

/** What float32 code may be off in one instruction: 4 ulp, and what is lost below the least float32s. */
const RELATIVE = 4 * 2 ** -24;
const ABSOLUTE = 2 ** -146;
const GREATEST = 3.4e38;

/** A program at every entry of a grid, in double, with bounds of the error that float32 code makes. */
export function interpret(program: Program, grid: Grid): Approximate[][] {
  const results: Approximate[][] = program.outputs.map(() => []);
  for (let row = 0; row < grid.rows; row += 1) {
    for (let column = 0; column < grid.columns; column += 1) {
      const values = valuesAt(program, grid, row, column);
      program.outputs.forEach((output, i) => results[i]!.push(values[output]!));
    }
  }
  return results;
}

function valuesAt({ instructions }: Program, grid: Grid, row: number, column: number): Approximate[] {
  const values: Approximate[] = [];
  for (const instruction of instructions) values.push(valueOf(instruction, values, grid, row, column));
  return values;
}

function valueOf(
  instruction: Instruction,
  values: readonly Approximate[],
  { columns, inputs }: Grid,
  row: number,
  column: number,
): Approximate {
  const exact = (value: number): Approximate => ({ value, error: 0 });
  if (instruction.op === 'constant') return exact(Math.fround(instruction.value));
  if (instruction.op === 'column') return exact(column);
  if (instruction.op === 'input') {
    return exact(elementOf(inputs[instruction.name]!, row, column, columns));
  }
  const args = instruction.args.map((arg) => values[arg]!);
  const [a, b] = args as [Approximate, Approximate];
  switch (instruction.op) {
    case 'add':
      return rounded(a.value + b.value, a.error + b.error);
    case 'sub':
      return rounded(a.value - b.value, a.error + b.error);
    case 'mul':
      return rounded(
        a.value * b.value,
        Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error,
      );
    case 'div': {
      const least = Math.abs(b.value) - b.error;
      if (!(least > 0)) return { value: a.value / b.value, error: Infinity };
      return rounded(a.value / b.value, (a.error + Math.abs(a.value / b.value) * b.error) / least);
    }
    case 'min':
      return { value: Math.min(a.value, b.value), error: Math.max(a.error, b.error) };
    case 'max':
      return { value: Math.max(a.value, b.value), error: Math.max(a.error, b.error) };
    case 'neg':
      return { value: -a.value, error: a.error };
    case 'abs':
      return { value: Math.abs(a.value), error: a.error };
    case 'exp':
    case 'expm1':
    case 'log':
    case 'log1p':
    case 'sqrt': {
      const of = Math[instruction.op];
      const value = of(a.value);
      const spread =
        a.error === 0 ? 0 : Math.max(of(a.value + a.error) - value, value - of(a.value - a.error));
      return rounded(value, spread);
    }
    case 'floor': {
      const value = Math.floor(a.value);
      const sure = value === Math.floor(a.value - a.error) && value === Math.floor(a.value + a.error);
      return { value, error: sure ? 0 : Infinity };
    }
    case 'select': {
      const [, , then, otherwise] = args;
      const holds = COMPARE[instruction.compare](a.value, b.value);
      const chosen = holds ? then! : otherwise!;
      const sure = a.error + b.error === 0 || Math.abs(a.value - b.value) > a.error + b.error;
      return { value: chosen.value, error: sure ? chosen.error : Infinity };
    }
    case 'lookup': {
      const { values: table } = inputs[instruction.table]!;
      const place = (index: number): number =>
        index >= 0 ? Math.min(Math.floor(index), table.length - 1) : 0;
      const sure = a.error < Infinity && place(a.value - a.error) === place(a.value + a.error);
      return { value: table[place(a.value)]!, error: sure ? 0 : Infinity };
    }
  }
}

function elementOf({ binding, values }: BoundValues, row: number, column: number, columns: number): number {
  switch (binding) {
    case 'entry':
      return values[row * columns + column]!;
    case 'row':
      return values[row]!;
    case 'column':
      return values[column]!;
    case 'scalar':
    case 'table':
      return values[0]!;
  }
}

const COMPARE = {
  less: (a: number, b: number): boolean => a < b,
  lessEqual: (a: number, b: number): boolean => a <= b,
  equal: (a: number, b: number): boolean => a === b,
};

/** The result of an instruction that rounds. What overflows may be anything, and so may what becomes of NaN. */
function rounded(value: number, error: number): Approximate {
  const total = error + (Math.abs(value) + error) * RELATIVE + ABSOLUTE;
  return { value, error: Math.abs(value) + total < GREATEST ? total : Infinity };
}
