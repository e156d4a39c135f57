import type { Binding, Instruction, PointwiseAttributes, Program } from '@equipoise/core';
import type { Walk } from '../compiler/plan.ts';

/** Entries of a vector. */
const LANES = 4;

/** How a kernel takes a grid: the same entries, perhaps in another shape, so that vectors are full. */
export interface GridForm {
  readonly program: Program;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly walk: Walk;
  /** How many vectors are computed at once; 0 where there are too few entries for one. */
  readonly vectors: 0 | Vectors;
  /** What the grid is cut along, and entries of each: rows, or single entries where none depends on its row or column. */
  readonly units: number;
  readonly entriesPerUnit: number;
}

/** The form in which a grid is computed: one long row where that is the same, rows of vectors, or vectors over rows of few columns. */
export function gridForm({ program, bindings, shape: [n, columns] }: PointwiseAttributes): GridForm {
  const entries = n * columns;
  const flat = { walk: 'rows', vectors: vectorsFor(entries), units: entries, entriesPerUnit: 1 } as const;
  if (columns === 1) return { ...flat, program: inFirstColumn(program), bindings: ofOneColumn(bindings) };
  if (!dependsOnPlace(program, bindings)) return { ...flat, program, bindings };
  const isNarrow = columns < LANES || (columns < 2 * LANES && columns % LANES !== 0);
  const rows = { program, bindings, units: n, entriesPerUnit: columns } as const;
  if (!isNarrow) return { ...rows, walk: 'rows', vectors: vectorsFor(columns) };
  const vectors = vectorsFor(entries);
  return { ...rows, walk: vectors === 0 ? 'rows' : 'scattered', vectors };
}

/** How many vectors at once are fastest, for a line of so many entries: the last step of a short one may do much of its work again. */
function vectorsFor(lineLength: number): 0 | Vectors {
  let fastest: 0 | Vectors = 0;
  let least = Infinity;
  for (const vectors of [1, 2, 4] as const) {
    const entries = vectors * LANES;
    const time = Math.ceil(lineLength / entries) * vectors * TIME_OF_VECTOR[vectors];
    if (entries <= lineLength && time < least) {
      fastest = vectors;
      least = time;
    }
  }
  return fastest;
}

type Vectors = keyof typeof TIME_OF_VECTOR;

/** The time of a vector of focal loss or GHM-C, by how many are computed at once. Eight would find no registers. */
const TIME_OF_VECTOR = { 1: 1, 2: 0.92, 4: 0.82 };

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
