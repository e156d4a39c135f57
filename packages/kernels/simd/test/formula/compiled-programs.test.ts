import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Approximate } from './support/interpreter.ts';
import { interpret } from './support/interpreter.ts';
import { gridOf, programs } from './support/programs.ts';
import type { How } from './support/run-compiled.ts';
import { runCompiled } from './support/run-compiled.ts';

/** [n, C] that each walk must take on each target, with one, two and four vectors at once. */
const SHAPES = [
  [
    'rows',
    1,
    [
      [1, 4],
      [1, 5],
      [3, 7],
      [2, 80],
      [2, 81],
      [1, 131],
    ],
  ],
  [
    'rows',
    2,
    [
      [3, 8],
      [2, 11],
      [2, 80],
      [2, 81],
      [1, 531],
    ],
  ],
  [
    'rows',
    4,
    [
      [2, 16],
      [2, 81],
      [1, 1031],
    ],
  ],
  [
    'scattered',
    1,
    [
      [4, 1],
      [7, 1],
      [2, 2],
      [9, 2],
      [3, 5],
      [4, 6],
    ],
  ],
  [
    'scattered',
    2,
    [
      [8, 1],
      [5, 3],
      [9, 2],
      [3, 7],
    ],
  ],
  [
    'scattered',
    4,
    [
      [16, 1],
      [9, 2],
      [5, 7],
    ],
  ],
] as const;
const CASES: readonly (readonly [How, number, number])[] = SHAPES.flatMap(([walk, vectors, shapes]) =>
  shapes.flatMap(([rows, columns]) =>
    (['relaxed', 'simd'] as const).map((target) => [{ target, walk, vectors }, rows, columns] as const),
  ),
);
const SCALAR: readonly (readonly [How, number, number])[] = (
  [
    [1, 1],
    [1, 3],
    [3, 1],
    [2, 3],
    [2, 81],
  ] as const
).map(([rows, columns]) => [{ target: 'scalar', walk: 'rows' }, rows, columns] as const);

function expectNear(got: ArrayLike<number>, wanted: readonly Approximate[], said: string): number {
  let compared = 0;
  wanted.forEach(({ value, error }, i) => {
    if (!(error < Infinity)) return;
    compared += 1;
    if (!(Math.abs(got[i]! - value) <= error)) {
      throw new Error(`${said}: entry ${i}: ${got[i]}, in double ${value} ± ${error}`);
    }
  });
  return compared;
}

/** The sum of values, and how far from it float32 additions in blocks may be. */
function sumOf(terms: readonly Approximate[]): Approximate {
  const value = terms.reduce((sum, term) => sum + term.value, 0);
  const magnitude = terms.reduce((sum, term) => sum + Math.abs(term.value), 0);
  return { value, error: terms.reduce((sum, { error }) => sum + error, magnitude * 2 ** -19) };
}

describe('random programs agree with double arithmetic within the bound of their error', () => {
  it.each([...CASES, ...SCALAR])('%o, [%i, %i]', (how, rows, columns) => {
    let compared = 0;
    let drawn = 0;
    fc.assert(
      fc.property(programs, fc.integer(), (program, seed) => {
        const grid = gridOf(rows, columns, seed);
        const wanted = interpret(program, grid);
        const { outputs } = runCompiled(program, grid, how);
        outputs.forEach((output, i) => {
          compared += expectNear(output, wanted[i]!, `output ${i}`);
          drawn += output.length;
        });
        const { returned, outputs: derivatives } = runCompiled(program, grid, { ...how, purpose: 'sum' });
        derivatives.forEach((output, i) => expectNear(output, wanted[i + 1]!, `derivative ${i}`));
        expectNear([returned], [sumOf(wanted[0]!)], 'the sum');
      }),
      { numRuns: 12 },
    );
    // Most entries must have been decided.
    expect(compared / drawn).toBeGreaterThan(0.5);
  });
});

describe('a histogram counts what double arithmetic counts', () => {
  it.each([...CASES, ...SCALAR])('%o, [%i, %i]', (how, rows, columns) => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(1, 3, 30), (seed, bins) => {
        const grid = gridOf(rows, columns, seed);
        const { counts } = runCompiled(BIN, grid, { ...how, purpose: 'histogram', bins });
        const wanted = Array.from({ length: bins }, () => 0);
        for (const { value } of interpret(BIN, grid)[0]!) {
          if (value >= 0 && value < bins) wanted[Math.floor(value)]! += 1;
        }
        expect(counts).toEqual(wanted);
      }),
      { numRuns: 10 },
    );
  });
});

/** x² + weight where the label is not this column; NaN and ±∞ where it is. Rounds nothing: x has few digits. */
const BIN = {
  instructions: [
    { op: 'input', name: 'count' },
    { op: 'mul', args: [0, 0] },
    { op: 'input', name: 'label' },
    { op: 'column' },
    { op: 'input', name: 'ignored' },
    { op: 'constant', value: -1 },
    { op: 'sqrt', args: [5] },
    { op: 'add', args: [1, 4] },
    { op: 'select', compare: 'equal', args: [2, 3, 6, 7] },
    { op: 'constant', value: 0.5 },
    { op: 'sub', args: [8, 9] },
  ],
  outputs: [10],
} as const;
