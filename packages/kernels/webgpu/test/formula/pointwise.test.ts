import type { Instruction, PointwiseAttributes } from '@equipoise/core';
import { pointwiseHistogram, pointwiseMap, pointwiseSum } from '@equipoise/core';
import { agrees } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { profile } from '../../src/profile.ts';
import { limitBindings } from '../../src/runtime/binding-limit.ts';
import { inDouble } from '../support/in-double.ts';
import { withWebgpu } from '../support/with-webgpu.ts';

/** Reads a tensor in each way; several outputs share parts. */
const instructions: readonly Instruction[] = [
  { op: 'input', name: 'x' },
  { op: 'input', name: 'label' },
  { op: 'column' },
  { op: 'input', name: 'price' },
  { op: 'input', name: 'factor' },
  { op: 'select', compare: 'equal', args: [1, 2, 3, 4] },
  { op: 'mul', args: [0, 5] },
  { op: 'abs', args: [6] },
  { op: 'lookup', table: 'bends', args: [7] },
  { op: 'mul', args: [8, 7] },
  { op: 'constant', value: 4 },
  { op: 'mul', args: [0, 10] },
];
const bindings = {
  x: 'entry',
  label: 'row',
  price: 'column',
  factor: 'scalar',
  bends: 'table',
  unused: 'row',
} as const;
const program = { instructions, outputs: [9, 6, 5] };
const bin = { instructions, outputs: [11] };

interface Drawn {
  readonly n: number;
  readonly columns: number;
  readonly seed: number;
}

const size = fc.oneof(fc.constantFrom(0, 1, 2, 63, 64, 65), fc.integer({ min: 0, max: 300 }));
const drawn: fc.Arbitrary<Drawn> = fc.record({
  n: size,
  columns: fc.oneof(fc.constantFrom(1, 3, 80), fc.integer({ min: 1, max: 9 })),
  seed: fc.nat(),
});

/** Tensors of small numbers that float32 holds exactly, with many ties: sums and products are exact. */
function numbers({ n, columns, seed }: Drawn) {
  let state = seed % 65_521;
  const next = (below: number): number => {
    state = (state * 17_364 + 1) % 65_521;
    return state % below;
  };
  const list = (length: number, make: () => number): number[] => Array.from({ length }, make);
  return {
    x: list(n * columns, () => (next(64) - 32) / 4),
    label: list(n, () => next(columns + 3) - 2),
    price: list(columns, () => next(3) - 1),
    factor: [next(4) / 2],
    bends: list(5, () => next(3)),
  };
}

function build(given: Drawn, outputs = program) {
  const { x, label, price, factor, bends } = numbers(given);
  const shape: [number, number] = [given.n, given.columns];
  return [
    {
      x: tf.tensor2d(x, shape),
      label: tf.tensor1d(label, 'int32'),
      price: tf.tensor1d(price),
      factor: tf.scalar(factor[0]!),
      bends: tf.tensor1d(bends, 'int32'),
      unused: tf.zeros([given.n]),
    },
    { program: outputs, shape, bindings },
  ] as const;
}

withWebgpu('pointwise kernels', () => {
  afterEach(() => limitBindings(undefined));

  it('a map is what double arithmetic says', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async (given) => {
        const [inputs, attributes] = build(given);
        const outputs = pointwiseMap(inputs, attributes);
        const wanted = inDouble(numbers(given), attributes);
        const got = await Promise.all(outputs.map((output) => output.data()));
        // -0 is 0.
        expect(got.map((values) => [...values].map((v) => v + 0))).toEqual(
          wanted.map((values) => values.map((v) => v + 0)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('map, sum and histogram are as composed', async () => {
    await fc.assert(
      agrees(pointwiseMap, drawn, (given) => build(given)),
      { numRuns: 20 },
    );
    await fc.assert(
      agrees(pointwiseSum, drawn, (given) => build(given)),
      { numRuns: 20 },
    );
    const binned = (bins: number) => (given: Drawn) => {
      const [inputs, attributes] = build(given, bin);
      return [inputs, { ...attributes, bins }] as const;
    };
    await fc.assert(agrees(pointwiseHistogram, drawn, binned(30)), { numRuns: 20 });
    // More than a workgroup's memory holds.
    await fc.assert(agrees(pointwiseHistogram, drawn, binned(5000)), { numRuns: 10 });
  });

  it('a grid larger than a binding is cut', async () => {
    const given = { n: 1001, columns: 3, seed: 5 };
    const [inputs, attributes] = build(given);
    const run = async () => {
      const binned = { ...attributes, program: bin, bins: 30 };
      const tensors = [
        ...pointwiseMap(inputs, attributes),
        ...pointwiseSum(inputs, attributes),
        pointwiseHistogram(inputs, binned),
      ];
      return Promise.all(tensors.map(async (tensor) => Array.from(await tensor.data())));
    };
    const whole = await run();
    // 3 columns in 4 bytes: 64 rows, and 320.
    for (const bytes of [1000, 4000]) {
      limitBindings(bytes);
      expect(await run()).toEqual(whole);
    }
    limitBindings(500);
    expect(() => pointwiseMap(inputs, attributes)).toThrow(
      /row of a tensor: expected 64 rows in a binding of 500 bytes, got 3 elements a row/,
    );
  });

  it('a device that binds few tensors computes composed', async () => {
    const [inputs, attributes] = build({ n: 70, columns: 3, seed: 8 });
    const many = { ...attributes, program: { instructions, outputs: Array.from({ length: 20 }, () => 9) } };
    const outputs = pointwiseMap(inputs, many);
    const [one] = pointwiseMap(inputs, attributes);
    expect(outputs).toHaveLength(20);
    expect(await outputs[19]!.data()).toEqual(await one!.data());
  });

  it('reads integers that tfjs has cast by label only', async () => {
    const attributes: PointwiseAttributes = {
      program: { instructions: [{ op: 'input', name: 'mask' }], outputs: [0] },
      shape: [5, 1],
      bindings: { mask: 'row' },
    };
    const mask = tf.cast(tf.greater(tf.range(0, 5), 2), 'float32');
    const { dispatches } = await profile(async () => {
      const [copy] = pointwiseMap({ mask }, attributes);
      expect(Array.from(await copy!.data())).toEqual([0, 0, 0, 1, 1]);
    });
    // The text reads what is stored: nothing is converted.
    expect(dispatches).toBe(1);
  });

  it('a missing input is named', () => {
    const [{ x }, attributes] = build({ n: 2, columns: 3, seed: 1 });
    expect(() => pointwiseMap({ x }, attributes)).toThrow(/input label of a formula/);
  });

  it('names need not be words of WGSL', async () => {
    const attributes: PointwiseAttributes = {
      program: { instructions: [{ op: 'input', name: 'a-b ç' }], outputs: [0] },
      shape: [2, 1],
      bindings: { 'a-b ç': 'row' },
    };
    const [y] = pointwiseMap({ 'a-b ç': tf.tensor1d([true, false], 'bool') }, attributes);
    expect([...(await y!.data())]).toEqual([1, 0]);
  });

  it('the sum of 80 million entries keeps six digits', async () => {
    // Nothing of [n, C] is read or written: all of it is arithmetic.
    const rows = 1_000_000;
    const attributes: PointwiseAttributes = {
      program: { instructions: [{ op: 'input', name: 'x' }], outputs: [0] },
      shape: [rows, 80],
      bindings: { x: 'row' },
    };
    const [uneven] = pointwiseSum({ x: tf.linspace(0, 1, rows) }, attributes);
    const [even] = pointwiseSum({ x: tf.fill([rows], 0.1) }, attributes);
    expect(Math.abs((await uneven.data())[0]! / 4e7 - 1)).toBeLessThan(1e-6);
    expect(Math.abs((await even.data())[0]! / (8e7 * Math.fround(0.1)) - 1)).toBeLessThan(1e-6);
  });

  it('a tensor larger than a binding is written and read', async () => {
    // Lavapipe binds 128 MiB; these are 160 MB.
    const shape = [500_000, 80] as const;
    const x = tf.cast(tf.range(0, shape[0]), 'int32');
    const [grid] = pointwiseMap(
      { x },
      {
        program: {
          instructions: [{ op: 'input', name: 'x' }, { op: 'column' }, { op: 'add', args: [0, 1] }],
          outputs: [2],
        },
        shape,
        bindings: { x: 'row' },
      },
    );
    const [sum] = pointwiseSum(
      { grid: grid! },
      {
        program: { instructions: [{ op: 'input', name: 'grid' }], outputs: [0] },
        shape,
        bindings: { grid: 'entry' },
      },
    );
    const wanted = 80 * ((499_999 * 500_000) / 2) + 500_000 * ((79 * 80) / 2);
    expect(Math.abs((await sum.data())[0]! / wanted - 1)).toBeLessThan(1e-6);
    tf.dispose([grid!, sum]);
  });

  it('leaks no tensor and no buffer', async () => {
    const [inputs, attributes] = build({ n: 3000, columns: 3, seed: 2 });
    const step = async () => {
      const outputs = tf.tidy(() => [
        ...pointwiseSum(inputs, attributes),
        pointwiseHistogram(inputs, { ...attributes, program: bin, bins: 30 }),
        ...pointwiseMap(inputs, attributes),
      ]);
      await outputs[0]!.data();
      tf.dispose(outputs);
    };
    await step();
    await step();
    const before = { ...tf.memory() };
    for (let i = 0; i < 50; i++) await step();
    expect(tf.memory()).toMatchObject(before);
  });
});
