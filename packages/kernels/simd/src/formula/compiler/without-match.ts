import type { Instruction, Program } from '@equipoise/core';
import type { PlannedInput } from './plan.ts';

/** A program for rows in which no column is the row's value of certain inputs: as of background, whose label is no class. */
export interface WithoutMatch {
  readonly program: Program;
  /** The inputs that no column may be. */
  readonly inputs: readonly PlannedInput[];
}

/** The program where no column is a row's value; undefined where it asks for none. */
export function withoutMatch(program: Program, inputs: readonly PlannedInput[]): WithoutMatch | undefined {
  const ofRow = new Map(
    inputs.filter(({ binding }) => binding === 'row').map((input) => [input.name, input]),
  );
  const found = new Set<PlannedInput>();
  /** What each instruction's value is there. */
  const instead: number[] = [];
  const instructions = program.instructions.map((given, index): Instruction => {
    const instruction: Instruction =
      'args' in given ? Object.assign({}, given, { args: given.args.map((arg) => instead[arg]!) }) : given;
    instead[index] = index;
    if (instruction.op !== 'select' || instruction.compare !== 'equal') return instruction;
    const [left, right, , otherwise] = instruction.args;
    const label = labelOf(program.instructions[left]!, program.instructions[right]!);
    const input = label === undefined ? undefined : ofRow.get(label);
    if (!input) return instruction;
    found.add(input);
    instead[index] = otherwise;
    return instruction;
  });
  if (found.size === 0) return undefined;
  return {
    program: { instructions, outputs: program.outputs.map((output) => instead[output]!) },
    inputs: [...found],
  };
}

/** The name of the input that is compared with the column. */
function labelOf(left: Instruction, right: Instruction): string | undefined {
  if (left.op === 'column' && right.op === 'input') return right.name;
  return left.op === 'input' && right.op === 'column' ? left.name : undefined;
}
