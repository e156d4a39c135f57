import type { Instruction, PointwiseAttributes, Program } from '@equipoise/core';

/** The numbers of a formula's tensors, by name. */
export type Numbers = Readonly<Record<string, ArrayLike<number>>>;

/** The outputs of a program at every entry, in double: what a kernel's results are measured against. */
export function inDouble(numbers: Numbers, { program, shape, bindings }: PointwiseAttributes): number[][] {
  const [rows, columns] = shape;
  const outputs = program.outputs.map((): number[] => []);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const place = { entry: row * columns + column, row, column, scalar: 0, table: 0 };
      const values = valuesOf(program, (name) => numbers[name]![place[bindings[name]!]]!, numbers, column);
      program.outputs.forEach((output, k) => outputs[k]!.push(values[output]!));
    }
  }
  return outputs;
}

function valuesOf(
  { instructions }: Program,
  read: (name: string) => number,
  tables: Numbers,
  column: number,
): number[] {
  const values: number[] = [];
  for (const instruction of instructions) {
    const args = 'args' in instruction ? instruction.args.map((arg) => values[arg]!) : [];
    values.push(value(instruction, args, read, tables, column));
  }
  return values;
}

function value(
  instruction: Instruction,
  [a = 0, b = 0, c = 0, d = 0]: number[],
  read: (name: string) => number,
  tables: Numbers,
  column: number,
): number {
  switch (instruction.op) {
    case 'constant':
      return instruction.value;
    case 'input':
      return read(instruction.name);
    case 'column':
      return column;
    case 'lookup': {
      const table = tables[instruction.table]!;
      return table[Math.min(table.length - 1, Math.max(0, Math.floor(a)))]!;
    }
    case 'select':
      return { less: a < b, lessEqual: a <= b, equal: a === b }[instruction.compare] ? c : d;
    case 'neg':
      return -a;
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'div':
      return a / b;
    case 'min':
    case 'max':
      return Math[instruction.op](a, b);
    case 'abs':
    case 'exp':
    case 'expm1':
    case 'log':
    case 'log1p':
    case 'sqrt':
    case 'floor':
      return Math[instruction.op](a);
  }
}
