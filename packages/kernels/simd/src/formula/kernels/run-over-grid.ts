import type { Binding, PointwiseAttributes } from '@equipoise/core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Input, Output, Workspace } from '../../runtime/kernel.ts';
import { callOnThreads, sizeOf, STAGED_BLOCK } from '../../runtime/kernel.ts';
import type { PlannedInput, Purpose } from '../compiler/plan.ts';
import type { InputDtype } from '../lanes/target.ts';
import { compiled } from './compiled.ts';
import type { GridForm } from './grid-form.ts';
import { gridForm, namesOf } from './grid-form.ts';

/** A kernel call must not be smaller, where the grid is not: fewer entries than four vectors hold take other code. */
const LEAST_ENTRIES = 16;

/** Entries that one thread computes in a call where it computes alone: often enough that the engine's better code soon takes over. */
const BLOCK = 65_536;

/** Entries that each of several threads computes at once where tensors are copied: work for longer than it takes to wake a thread. */
const STAGED_SHARE = 131_072;

/** From so many entries on, several threads are faster than one. */
const LARGE = 262_144;

/** Whether a grid is worth several threads. */
export function isLargeGrid(_inputs: object, { shape: [n, columns] }: PointwiseAttributes): boolean {
  return n * columns >= LARGE;
}

/** What a call of a kernel writes, at the end of its arguments. */
export interface Results {
  /** [n, C] float32 each. */
  readonly grids: readonly Output[];
  /** Other arguments, of the thread in a slot. */
  readonly ofSlot: (slot: number) => readonly number[];
}

/**
 * Runs a program over a grid of at least one entry, in blocks, on as many threads as the workspace has; gives what the calls gave, in the
 * order of the blocks. The same number of threads gives the same result to the bit.
 */
export function runOverGrid(
  purpose: Purpose,
  space: Workspace,
  tensors: Readonly<Record<string, TensorInfo>>,
  attributes: PointwiseAttributes,
  { grids, ofSlot }: Results,
): number[] {
  const form = gridForm(attributes);
  const planned = namesOf(form.program).map((name): PlannedInput => {
    const dtype = tensors[name]!.dtype as InputDtype;
    return { name, dtype, binding: form.bindings[name]! };
  });
  const code = compiled(purpose, form, planned);
  const inputs = planned.map(({ name, binding }) => boundInput(space.input(tensors[name]!), binding, form));
  const lengths = planned
    .filter(({ binding }) => binding === 'table')
    .map(({ name }) => sizeOf(tensors[name]!));
  const slots = space.threads;
  const blocks = blocksOf(form, space.inPlace, slots);
  const given: number[] = [];
  for (let first = 0; first < blocks.length; first += slots) {
    const calls = blocks
      .slice(first, first + slots)
      .map((block, slot) =>
        [
          sizesOf(form, block),
          inputs.map((at) => at(block, slot)),
          lengths,
          grids.map((grid) =>
            grid.at(block.start * form.entriesPerUnit, block.count * form.entriesPerUnit, slot),
          ),
          ofSlot(slot),
        ].flat(),
      );
    given.push(...callOnThreads(code, space, 'run', calls));
  }
  return given;
}

/** The rows and columns that a kernel is told. */
function sizesOf({ entriesPerUnit }: GridForm, { count }: Block): readonly [number, number] {
  return entriesPerUnit === 1 ? [1, count] : [count, entriesPerUnit];
}

/** The address of what a block of units needs of a tensor. */
function boundInput(
  input: Input,
  binding: Binding,
  { entriesPerUnit }: GridForm,
): (block: Block, slot: number) => number {
  switch (binding) {
    case 'entry':
      return ({ start, count }, slot) => input.at(start * entriesPerUnit, count * entriesPerUnit, slot);
    case 'row':
      return ({ start, count }, slot) => input.at(start, count, slot);
    case 'column':
    case 'scalar':
    case 'table': {
      const address = input.at(0, input.size);
      return () => address;
    }
  }
}

interface Block {
  readonly start: number;
  readonly count: number;
}

/** The units of a grid in blocks of whole units. What would be too little for a block of its own belongs to the last. */
function blocksOf({ units, entriesPerUnit }: GridForm, inPlace: boolean, slots: number): Block[] {
  const entries = units * entriesPerUnit;
  const alone = inPlace ? BLOCK : STAGED_BLOCK;
  const wanted = slots === 1 ? alone : inPlace ? Math.ceil(entries / slots) : STAGED_SHARE;
  const least = Math.ceil(LEAST_ENTRIES / entriesPerUnit);
  const size = Math.max(least, Math.ceil(wanted / entriesPerUnit));
  const count = Math.max(1, Math.floor((units + size - least) / size));
  return Array.from({ length: count }, (_, i) => ({
    start: i * size,
    count: i === count - 1 ? units - i * size : size,
  }));
}
