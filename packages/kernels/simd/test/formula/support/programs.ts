import type { Instruction, Program } from '@equipoise/core';
import type { Arbitrary } from 'fast-check';
import fc from 'fast-check';
import type { BoundValues, Grid } from './run-compiled.ts';

/** The inputs of random programs: each binding and each dtype. */
const LEAVES: readonly Instruction[] = [
  { op: 'input', name: 'x' },
  { op: 'input', name: 'label' },
  { op: 'input', name: 'weight' },
  { op: 'input', name: 'ofColumn' },
  { op: 'input', name: 'count' },
  { op: 'input', name: 'isFirst' },
  { op: 'input', name: 'ignored' },
  { op: 'input', name: 'columnFlag' },
  { op: 'input', name: 'whole' },
  { op: 'column' },
];

/** The label and the column among the leaves, in either order. */
const MATCH = [
  [1, 9],
  [9, 1],
] as const;

const UNARY = ['neg', 'abs', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'floor'] as const;
const BINARY = ['add', 'sub', 'mul', 'div', 'min', 'max'] as const;
const COMPARES = ['less', 'lessEqual', 'equal'] as const;

/** A program of up to 25 instructions, of all operations, with up to three outputs. */
export const programs: Arbitrary<Program> = fc
  .record({
    constants: fc.array(fc.constantFrom(0, 1, -1, 0.5, 2, -3.25, 30, 0.1), { minLength: 1, maxLength: 3 }),
    steps: fc.array(
      fc.record({
        kind: fc.integer({ min: 0, max: 19 }),
        compare: fc.constantFrom(...COMPARES),
        picks: fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()),
      }),
      { minLength: 1, maxLength: 14 },
    ),
    outputs: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ constants, steps, outputs }) => {
    const instructions: Instruction[] = [
      ...LEAVES,
      ...constants.map((value): Instruction => ({ op: 'constant', value })),
    ];
    for (const { kind, compare, picks } of steps) {
      // Later instructions are likelier, so that programs are deep.
      const count = instructions.length;
      const [a, b, c, d] = picks.map(
        (pick) => count - 1 - (pick % (pick % 2 === 0 ? Math.min(count, 5) : count)),
      ) as [number, number, number, number];
      if (kind < 8) instructions.push({ op: UNARY[kind]!, args: [a] });
      else if (kind < 14) instructions.push({ op: BINARY[kind - 8]!, args: [a, b] });
      else if (kind < 16) instructions.push({ op: 'select', compare, args: [a, b, c, d] });
      else if (kind > 17)
        instructions.push({ op: 'select', compare: 'equal', args: [...MATCH[kind - 18]!, c, d] });
      else instructions.push({ op: 'lookup', table: kind === 16 ? 'table' : 'intTable', args: [a] });
    }
    const last = instructions.length - 1;
    return { instructions, outputs: Array.from({ length: outputs }, (_, i) => last - i) };
  });

/** The names and bindings of {@link gridOf}'s inputs. */
export const BINDINGS = {
  x: 'entry',
  count: 'entry',
  isFirst: 'entry',
  label: 'row',
  weight: 'row',
  ignored: 'row',
  ofColumn: 'column',
  columnFlag: 'column',
  whole: 'scalar',
  table: 'table',
  intTable: 'table',
} as const;

/** Inputs for {@link programs}: numbers as losses see them, with ties. */
export function gridOf(rows: number, columns: number, seed: number): Grid {
  const random = generator(seed);
  const entries = rows * columns;
  const values = (length: number, of: () => number): Float32Array => Float32Array.from({ length }, of);
  const integers = (length: number, below: number): Int32Array =>
    Int32Array.from({ length }, () => Math.floor(random() * below));
  const bits = (length: number): Uint8Array => Uint8Array.from({ length }, () => (random() < 0.5 ? 1 : 0));
  const arrays = {
    x: values(entries, () => (random() < 0.3 ? Math.round(random() * 8) - 4 : random() * 12 - 8)),
    count: integers(entries, 5),
    isFirst: bits(entries),
    // Half of the rows are of no column: background, or ignored.
    label: integers(rows, columns).map((label) => (random() < 0.5 ? label : random() < 0.5 ? columns : -1)),
    weight: values(rows, () => (random() < 0.2 ? 0 : random() * 2)),
    ignored: bits(rows),
    ofColumn: values(columns, () => random() * 3 - 1),
    columnFlag: bits(columns),
    whole: values(1, () => random() * 2),
    table: values(7, () => random() * 4 - 1),
    intTable: integers(3, 9),
  };
  const inputs = Object.entries(BINDINGS).map(([name, binding]): [string, BoundValues] => [
    name,
    { binding, values: arrays[name as keyof typeof arrays] },
  ]);
  return { rows, columns, inputs: Object.fromEntries(inputs) };
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
