import type { Binding, EntryFormula } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { scalar, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import type { Arbitrary } from 'fast-check';
import { array, constantFrom, double, integer, nat, oneof, record } from 'fast-check';

/** What a formula's inputs hold over a [n, C] grid, in plain numbers that float32 has. */
export interface FormulaGrid {
  /** [n, C] */
  readonly shape: readonly [number, number];
  readonly inputs: Readonly<Record<string, readonly number[]>>;
}

/** Grids of all walks: none, one, odd ones, more than a vector. */
const shapes = record({ n: constantFrom(0, 1, 2, 3, 7, 17), columns: constantFrom(1, 3, 5) });

const between = (min: number, max: number): Arbitrary<number> => double({ min, max, noNaN: true });

/** Few values, for ties; the middle, where losses bend; the far ends, where they overflow. */
const logits = oneof(
  constantFrom(0, 0.5, -0.5, 1, -1),
  between(-6, 6),
  between(-120, 120),
  constantFrom(17, -17, 40, -40, 90, -90, 120, -120),
);

const targets = oneof(constantFrom(0, 1), between(0, 1));

/** The grids that a formula is tried on. See `FormulaAgreesOptions.values` for what the inputs hold. */
export function formulaGrids(
  formula: EntryFormula,
  values: Readonly<Record<string, Arbitrary<number> | undefined>>,
): Arbitrary<FormulaGrid> {
  return shapes.chain(({ n, columns }) => {
    const drawn = Object.entries(formula.inputs).map(([name, binding]) => {
      const value = values[name] ?? usual(formula, name, columns);
      const length = lengthOf(binding, n, columns);
      const list = (count: number): Arbitrary<number[]> =>
        array(value.map(Math.fround), { minLength: count, maxLength: count });
      return [name, length === undefined ? nat({ max: 40 }).chain((more) => list(1 + more)) : list(length)];
    });
    const inputs = record(Object.fromEntries(drawn) as Record<string, Arbitrary<number[]>>);
    return inputs.map((held) => ({ shape: [n, columns] as const, inputs: held }));
  });
}

function usual({ by }: EntryFormula, name: string, columns: number): Arbitrary<number> {
  if (isLabels(name)) return integer({ min: -1, max: columns });
  return by.includes(name) ? logits : targets;
}

function isLabels(name: string): boolean {
  return name === 'labels';
}

/** A table is as long as it likes. */
function lengthOf(binding: Binding, n: number, columns: number): number | undefined {
  return { entry: n * columns, row: n, column: columns, scalar: 1, table: undefined }[binding];
}

/** Where an entry of the grid finds its number of an input. */
export function placeOf(binding: Binding, entry: number, columns: number): number {
  const row = Math.floor(entry / columns);
  return { entry, row, column: entry % columns, scalar: 0, table: 0 }[binding];
}

/** A grid's inputs as tensors; labels are int32. */
export function tensorsOf({ inputs }: EntryFormula, grid: FormulaGrid): Record<string, Tensor> {
  const made = Object.entries(inputs).map(([name, binding]) => {
    const numbers = [...grid.inputs[name]!];
    if (binding === 'entry') return [name, tensor2d(numbers, [...grid.shape], 'float32')];
    if (binding === 'scalar') return [name, scalar(numbers[0]!)];
    return [name, tensor1d(numbers, isLabels(name) ? 'int32' : 'float32')];
  });
  return Object.fromEntries(made) as Record<string, Tensor>;
}
