import type { Binding, Instruction, PointwiseAttributes, Program } from '@equipoise/core';
import type { Walk } from '../compiler/plan.ts';

/** Entries of a vector. */
const LANES = 4;

/** How a kernel takes a grid: the same entries, perhaps in another shape, so that vectors are full. */
export interface GridForm {
  readonly program: Program;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly walk: Walk;
  /** What the grid is cut along, and entries of each: rows, or single entries where none depends on its row or column. */
  readonly units: number;
  readonly entriesPerUnit: number;
  /** Too few entries for a vector. */
  readonly tiny: boolean;
}

/** The form in which a grid is computed: one long row where that is the same, rows of vectors, or vectors over rows of few columns. */
export function gridForm({ program, bindings, shape: [n, columns] }: PointwiseAttributes): GridForm {
  const tiny = n * columns < LANES;
  const flat = { walk: 'rows', units: n * columns, entriesPerUnit: 1, tiny } as const;
  if (columns === 1) return { ...flat, program: inFirstColumn(program), bindings: ofOneColumn(bindings) };
  if (!dependsOnPlace(program, bindings)) return { ...flat, program, bindings };
  const isNarrow = columns < LANES || (columns < 2 * LANES && columns % LANES !== 0);
  const walk = isNarrow && !tiny ? 'scattered' : 'rows';
  return { program, bindings, walk, units: n, entriesPerUnit: columns, tiny };
}

/** The names of the tensors that a program reads, in order. */
export function namesOf({ instructions }: Program): string[] {
  const names = instructions.flatMap((instruction) => {
    if (instruction.op === 'input') return [instruction.name];
    return instruction.op === 'lookup' ? [instruction.table] : [];
  });
  return [...new Set(names)].sort();
}

function dependsOnPlace(program: Program, bindings: Readonly<Record<string, Binding>>): boolean {
  return (
    program.instructions.some(({ op }) => op === 'column') ||
    namesOf(program).some((name) => bindings[name] === 'row' || bindings[name] === 'column')
  );
}

const oneColumn = new WeakMap<Program, Program>();

/** The program where the column is 0. */
function inFirstColumn(program: Program): Program {
  const known = oneColumn.get(program);
  if (known) return known;
  const instructions = program.instructions.map((instruction): Instruction =>
    instruction.op === 'column' ? { op: 'constant', value: 0 } : instruction,
  );
  const made: Program = { instructions, outputs: program.outputs };
  oneColumn.set(program, made);
  return made;
}

function ofOneColumn(bindings: Readonly<Record<string, Binding>>): Record<string, Binding> {
  const alike = { entry: 'entry', row: 'entry', column: 'scalar', scalar: 'scalar', table: 'table' } as const;
  return Object.fromEntries(Object.entries(bindings).map(([name, binding]) => [name, alike[binding]]));
}
