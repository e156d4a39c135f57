import type { PointwiseAttributes, PointwiseInputs } from '@equipoise/core';
import { pointwiseHistogram, pointwiseMap, pointwiseSum } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import type { Tensor } from '@tensorflow/tfjs-core';
import { getKernel, memory, setBackend, tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setThreads } from '../../src/index.ts';
import { setLevel } from '../../src/runtime/level.ts';
import { BACKENDS } from './support/backends.ts';
import { FOCAL, GHM_BIN, GHM_LOSS } from './support/losses.ts';
import { BINDINGS, gridOf, programs } from './support/programs.ts';
import { TARGETS } from './support/targets.ts';

const NEAR = { relative: 2e-5, absolute: 1e-6 };

/** Grids of all walks: none, one, less than a vector, few columns, many, more than a block. */
const shapes = fc.constantFrom<(readonly [number, number])[]>(
  [0, 3],
  [3, 0],
  [1, 1],
  [3, 1],
  [1, 3],
  [2, 2],
  [5, 1],
  [9, 3],
  [6, 5],
  [4, 4],
  [7, 81],
  [1, 200],
  [9000, 1],
  [130, 80],
  [3001, 3],
);

interface Drawn {
  readonly shape: readonly [number, number];
  readonly seed: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({ shape: shapes, seed: fc.integer() });

/** Logits, labels with background, and weights of bins. */
function lossInputs({ shape: [n, columns], seed }: Drawn): PointwiseInputs {
  const { inputs } = gridOf(n, columns, seed);
  return {
    logits: tensor2d(inputs['x']!.values, [n, columns]),
    labels: tensor1d(inputs['label']!.values, 'int32'),
    weights: tensor1d(Array.from({ length: 30 }, (_, i) => 1 + i / 7)),
  };
}

const LOSS_BINDINGS = { logits: 'entry', labels: 'row', weights: 'table' } as const;

function lossAttributes(program: PointwiseAttributes['program'], { shape }: Drawn): PointwiseAttributes {
  return { program, shape, bindings: LOSS_BINDINGS };
}

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  it('the operations have kernels', () => {
    for (const { operationName } of [pointwiseMap, pointwiseSum, pointwiseHistogram]) {
      expect(getKernel(operationName, backend)).toBeDefined();
    }
  });

  describe.each(TARGETS)('at level %s', (level) => {
    beforeEach(() => setLevel(level));
    afterEach(() => setLevel(undefined));

    it('PointwiseMap agrees with its composed form', async () => {
      await fc.assert(
        agrees(pointwiseMap, drawn, (given) => [lossInputs(given), lossAttributes(FOCAL, given)], NEAR),
        { numRuns: 15 },
      );
    });

    it.each([
      ['focal', FOCAL],
      ['GHM-C', GHM_LOSS],
    ])('PointwiseSum agrees with its composed form: %s', async (_, program) => {
      await fc.assert(
        agrees(pointwiseSum, drawn, (given) => [lossInputs(given), lossAttributes(program, given)], {
          relative: 5e-5,
          absolute: 1e-5,
        }),
        { numRuns: 15 },
      );
    });

    it('PointwiseHistogram agrees with its composed form', async () => {
      // Logits of few digits lie at no edge of a bin that rounding could cross.
      await fc.assert(
        agrees(pointwiseHistogram, drawn, (given) => [
          { ...lossInputs(given), logits: rounded(given) },
          { ...lossAttributes(GHM_BIN, given), bins: 30 },
        ]),
        { numRuns: 15 },
      );
    });
  });

  it('bindings and dtypes of all kinds agree with the composed form', async () => {
    const outputs = Object.keys(BINDINGS).filter((name) => !name.toLowerCase().includes('table'));
    const instructions = [
      ...outputs.map((name) => ({ op: 'input', name }) as const),
      { op: 'column' } as const,
      { op: 'lookup', table: 'intTable', args: [0] } as const,
    ];
    const program = { instructions, outputs: instructions.map((_, i) => i) };
    await fc.assert(
      agrees(pointwiseMap, drawn, (given) => [
        allInputs(given),
        { program, shape: given.shape, bindings: BINDINGS },
      ]),
      { numRuns: 25 },
    );
  });

  it('a random program gives the same on one thread and on two, and leaks nothing', async () => {
    const program = fc.sample(programs, 1)[0]!;
    const given: Drawn = { shape: [9000, 31], seed: 5 };
    const run = (): Float32Array[] =>
      tidy(() => {
        const attributes = { program, shape: given.shape, bindings: BINDINGS };
        return pointwiseMap(allInputs(given), attributes).map((output) =>
          Float32Array.from(output.dataSync()),
        );
      });
    const alone = run();
    const before = memory().numTensors;
    await setThreads(2);
    try {
      expect(run()).toEqual(alone);
    } finally {
      await setThreads(1);
    }
    expect(memory().numTensors).toBe(before);
  });

  it('a rest with fewer entries than are computed at once is no block of its own', async () => {
    const given = fc.constant<Drawn>({ shape: [65_536 + 8, 1], seed: 3 });
    const near = { relative: 5e-5, absolute: 1e-5 };
    await fc.assert(
      agrees(pointwiseSum, given, (one) => [lossInputs(one), lossAttributes(GHM_LOSS, one)], near),
      { numRuns: 1 },
    );
  });

  describe('on two threads', () => {
    beforeAll(() => setThreads(2));
    afterAll(() => setThreads(1));

    it.each([
      [4000, 80],
      [300_000, 1],
      [100_001, 3],
    ])('sums, derivatives and counts of [%i, %i] are those of the composed form', async (n, columns) => {
      const given = fc.constant<Drawn>({ shape: [n, columns], seed: 3 });
      const near = { relative: 5e-5, absolute: 1e-5 };
      await fc.assert(
        agrees(pointwiseSum, given, (one) => [lossInputs(one), lossAttributes(GHM_LOSS, one)], near),
        { numRuns: 1 },
      );
      await fc.assert(
        agrees(pointwiseHistogram, given, (one) => [
          { ...lossInputs(one), logits: rounded(one) },
          { ...lossAttributes(GHM_BIN, one), bins: 30 },
        ]),
        { numRuns: 1 },
      );
    });
  });

  it('counts nowhere what is NaN, negative or beyond the bins', () => {
    const program = { instructions: [{ op: 'input', name: 'x' }], outputs: [0] } as const;
    const values = [Number.NaN, -1, -0.5, -0, 0, 0.9, 1, 2.999, 3, 1e9, Infinity, -Infinity, Number.NaN];
    for (const count of [values.length, 3]) {
      const x = tensor2d(values.slice(-count), [count, 1]);
      const counts = tidy(() =>
        pointwiseHistogram(
          { x },
          { program, shape: [count, 1], bindings: { x: 'entry' }, bins: 3 },
        ).dataSync(),
      );
      expect([...counts]).toEqual(count === 3 ? [0, 0, 0] : [3, 1, 1]);
      x.dispose();
    }
  });

  it('programs that differ in a constant are different programs', () => {
    const x = tensor2d([[1, -1, 1, -1, 1]]);
    const plus = (value: number): number[] =>
      tidy(() => {
        const instructions = [
          { op: 'input', name: 'x' },
          { op: 'constant', value },
          { op: 'add', args: [0, 1] },
          { op: 'div', args: [0, 1] },
        ] as const;
        const attributes = {
          program: { instructions, outputs: [2, 3] },
          shape: [1, 5],
          bindings: { x: 'entry' },
        } as const;
        return pointwiseMap({ x }, attributes).map((output) => output.dataSync()[0]!);
      });
    expect([2, 4, 0, -0, 2].map(plus)).toEqual([
      [3, 0.5],
      [5, 0.25],
      [1, Infinity],
      [1, -Infinity],
      [3, 0.5],
    ]);
    x.dispose();
  });

  it('sums ten million terms to six digits', () => {
    const columns = 2500;
    const program = { instructions: [{ op: 'input', name: 'x' }], outputs: [0] } as const;
    for (const shape of [
      [4000, columns],
      [10_000_000, 1],
    ] as const) {
      const x = tensor(new Float32Array(10_000_000).fill(0.1), [...shape]);
      const [sum] = pointwiseSum({ x }, { program, shape, bindings: { x: 'entry' } });
      expect(sum.dataSync()[0]! / (10_000_000 * Math.fround(0.1))).toBeCloseTo(1, 6);
      x.dispose();
      sum.dispose();
    }
  });
});

function rounded({ shape: [n, columns], seed }: Drawn): Tensor {
  const { inputs } = gridOf(n, columns, seed);
  return tensor2d(
    Float32Array.from(inputs['x']!.values, (x) => Math.round(x * 4) / 4 + 0.0625),
    [n, columns],
  );
}

function allInputs({ shape: [n, columns], seed }: Drawn): PointwiseInputs {
  const lengths = { entry: [n, columns], row: [n], column: [columns], scalar: [] } as const;
  const named = Object.entries(gridOf(n, columns, seed).inputs).map(
    ([name, { binding, values }]): [string, Tensor] => {
      const shape = binding === 'table' ? [values.length] : [...lengths[binding]];
      const dtype =
        values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool';
      return [name, tensor(values, shape, dtype)];
    },
  );
  return Object.fromEntries(named);
}
