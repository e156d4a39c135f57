import type { Program } from '@equipoise/core';

/**
 * The outputs of a formula's program at one entry, in double precision: the plain loop that every backend is compared with.
 *
 * @param values the program's inputs at the entry, by name.
 * @param column the entry's column. Default 0.
 * @param tables what the program looks up in, by name. Default none.
 */
export function inDouble(
  program: Program,
  values: Readonly<Record<string, number>>,
  column = 0,
  tables: Readonly<Record<string, readonly number[]>> = {},
): number[] {
  const results: number[] = [];
  for (const instruction of program.instructions) {
    const operands: readonly number[] = 'args' in instruction ? instruction.args : [];
    const [a = 0, b = 0, c = 0, d = 0] = operands.map((i) => results[i]!);
    results.push(valueOf());
    function valueOf(): number {
      switch (instruction.op) {
        case 'constant':
          return instruction.value;
        case 'input':
          return values[instruction.name]!;
        case 'column':
          return column;
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
        case 'select':
          return { less: a < b, lessEqual: a <= b, equal: a === b }[instruction.compare] ? c : d;
        case 'lookup': {
          const table = tables[instruction.table]!;
          return table[Math.min(table.length - 1, Math.max(0, Math.floor(a)))]!;
        }
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
  }
  return program.outputs.map((output) => results[output]!);
}
