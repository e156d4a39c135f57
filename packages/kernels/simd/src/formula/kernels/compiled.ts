import type { Instruction, Program } from '@equipoise/core';
import { Program as Executable } from '../../runtime/kernel.ts';
import { compile } from '../compiler/compile.ts';
import type { PlannedInput, Purpose } from '../compiler/plan.ts';
import type { GridForm } from './grid-form.ts';

/** A formula whose constants change at each step would make modules without end: the oldest are forgotten. */
const MOST_KEPT = 256;

const byStructure = new Map<string, Executable>();
const byIdentity = new WeakMap<Program, Map<string, Executable>>();

/**
 * The code of a program for a purpose, compiled once for each structure. The sizes of the grid are parameters, so any shape of the same form
 * shares it. Modules are compiled synchronously: losses give 1 to 3 kB. The main thread of Chrome refuses more than 8 MB at once, and of
 * versions up to about 113 more than 4 kB, with a RangeError that names the limit; workers, other browsers and Node refuse nothing.
 */
export function compiled(purpose: Purpose, form: GridForm, inputs: readonly PlannedInput[]): Executable {
  const { program, walk, vectors } = form;
  const variant = [purpose, walk, vectors, ...inputs.map(({ binding, dtype }) => `${binding} ${dtype}`)].join(
    ', ',
  );
  let ofProgram = byIdentity.get(program);
  if (!ofProgram) byIdentity.set(program, (ofProgram = new Map()));
  const known = ofProgram.get(variant);
  if (known) return known;
  const key = `${variant}; ${structureOf(program)}`;
  const made = byStructure.get(key) ?? executable(purpose, form, inputs);
  byStructure.set(key, made);
  if (byStructure.size > MOST_KEPT) byStructure.delete(byStructure.keys().next().value!);
  ofProgram.set(variant, made);
  return made;
}

function executable(purpose: Purpose, form: GridForm, inputs: readonly PlannedInput[]): Executable {
  const { program, walk, vectors } = form;
  return new Executable((level) =>
    vectors === 0 || level === 'scalar'
      ? compile({ purpose, program, inputs, walk: 'rows', vectors: 1, target: 'scalar' })
      : compile({ purpose, program, inputs, walk, vectors, target: level }),
  );
}

/** A text that programs of the same meaning share. */
function structureOf({ instructions, outputs }: Program): string {
  return `${instructions.map(lineOf).join('; ')} → ${outputs.join(' ')}`;
}

function lineOf(instruction: Instruction): string {
  switch (instruction.op) {
    case 'constant':
      return Object.is(instruction.value, -0) ? '-0' : String(instruction.value);
    case 'input':
      return `input ${JSON.stringify(instruction.name)}`;
    case 'column':
      return 'column';
    case 'lookup':
      return `lookup ${JSON.stringify(instruction.table)} ${instruction.args.join(' ')}`;
    case 'select':
      return `select ${instruction.compare} ${instruction.args.join(' ')}`;
    case 'neg':
    case 'abs':
    case 'exp':
    case 'expm1':
    case 'log':
    case 'log1p':
    case 'sqrt':
    case 'floor':
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'min':
    case 'max':
      return `${instruction.op} ${instruction.args.join(' ')}`;
  }
}
