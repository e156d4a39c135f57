import {
  CaseInputs,
  inputsOf,
  runCases,
  stepsOf,
  type CaseOperations,
  type CaseReport,
  type CaseValue,
} from '@equipoise/testkit';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import './backends.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

async function run(
  outputs: Readonly<Record<string, CaseValue>>,
  operations: CaseOperations,
  name = 'double_it',
): Promise<CaseReport> {
  const reports: CaseReport[] = [];
  for await (const report of runCases([{ name, source: 'by hand', inputs: {}, outputs }], operations)) {
    reports.push(report);
  }
  expect(reports).toHaveLength(1);
  return reports[0]!;
}

const giving = (outputs: Awaited<ReturnType<CaseOperations[string]['run']>>, exact: string[] = []) => ({
  double: { exact, run: () => outputs },
});

describe('a case', () => {
  test('passes when every output is near', async () => {
    const report = await run(
      { loss: 1, rows: [[1, 2], [3]], flag: true, none: null, kind: 'a', limit: 'Infinity' },
      giving({
        loss: 1 + 5e-6,
        rows: [new Float32Array([1, 2]), [3]],
        flag: 1,
        none: null,
        kind: 'a',
        limit: Infinity,
        more: 'is not looked at',
      }),
    );
    expect(report).toMatchObject({ passed: true, stem: 'double', failure: undefined });
    expect(report.differences).toMatchObject({ compared: 8, mendedNaN: 0, mismatches: [] });
    expect(report.differences!.absolute).toBeCloseTo(5e-6, 9);
    expect(report.differences!.relative).toBeCloseTo(5e-6, 9);
  });

  test.each<[string, Readonly<Record<string, CaseValue>>, Parameters<typeof giving>[0], string]>([
    ['wrong value', { loss: 1 }, { loss: 1.0001 }, 'loss: expected 1, got 1.0001'],
    ['wrong value in a list', { w: [0, 1] }, { w: [0, 2] }, 'w[1]: expected 1, got 2'],
    ['wrong value in a record', { a: { b: 1 } }, { a: { b: 2 } }, 'a.b: expected 1, got 2'],
    ['wrong length', { w: [1, 2] }, { w: [1, 2, 3] }, 'w: expected 2 entries, got 3'],
    ['no list', { w: [1, 2] }, { w: 1 }, 'w: expected a list of 2, got 1'],
    ['a text for a list', { w: [1, 2] }, { w: 'ab' }, 'w: expected a list of 2, got "ab"'],
    ['no record', { a: { b: 1 } }, { a: 3 }, 'a: expected a record, got 3'],
    ['missing output', { loss: 1, other: 2 }, { loss: 1 }, 'other: expected 2, got nothing'],
    ['missing list', { w: [1] }, {}, 'w: expected a list of 1, got nothing'],
    ['NaN for a number', { loss: 1 }, { loss: NaN }, 'loss: expected 1, got NaN'],
    ['infinite for a number', { loss: 1 }, { loss: Infinity }, 'loss: expected 1, got Infinity'],
    ['a number for null', { none: null }, { none: 0 }, 'none: expected null, got 0'],
    ['another text', { kind: 'a' }, { kind: 'b' }, 'kind: expected a, got "b"'],
  ])('fails with a %s', async (_what, wanted, got, failure) => {
    expect(await run(wanted, giving(got))).toMatchObject({ passed: false, failure });
  });

  test('demands equality of exact outputs, nested ones too', async () => {
    const near = { loss: 1, chosen: [1 + 1e-7] };
    expect((await run({ loss: 1, chosen: [1] }, giving(near))).passed).toBe(true);
    const report = await run({ loss: 1, chosen: [1] }, giving(near, ['chosen']));
    expect(report.failure).toBe('chosen[0]: expected 1, got 1.0000001');
  });

  test('allows gradients less in absolute terms', async () => {
    expect((await run({ loss: 0 }, giving({ loss: 5e-7 }))).passed).toBe(true);
    expect((await run({ grad_logits: [0] }, giving({ grad_logits: [5e-7] }))).passed).toBe(false);
  });

  test('counts a NaN of the reference as mended where ours is finite, and takes ours', async () => {
    const report = await run({ loss: 'NaN', w: ['NaN', 1] }, giving({ loss: 3, w: [NaN, 1] }));
    expect(report).toMatchObject({ passed: true, differences: { compared: 3, mendedNaN: 1 } });
  });

  test('skips what the operation echoes', async () => {
    const operations = { double: { echoes: ['logits'], run: () => ({ steps: [{ loss: 1 }] }) } };
    const report = await run({ steps: [{ logits: [1, 2], loss: 1 }] }, operations);
    expect(report).toMatchObject({ passed: true, differences: { compared: 1 } });
  });

  test('fails when nothing was compared', async () => {
    expect((await run({}, giving({}))).failure).toBe('nothing was compared');
  });

  test('fails with the first line of what the operation throws', async () => {
    const operations = {
      double: {
        run: () => {
          throw new Error('no such field\nand more');
        },
      },
    };
    expect(await run({ loss: 1 }, operations)).toMatchObject({ passed: false, failure: 'no such field' });
  });

  test('waits for an operation', async () => {
    const operations = { double: { run: () => Promise.resolve({ loss: 1 }) } };
    expect((await run({ loss: 1 }, operations)).passed).toBe(true);
  });

  test('fails without an operation of its stem, which ends at an underscore', async () => {
    const report = await run({ loss: 1 }, giving({ loss: 1 }), 'doubled_it');
    expect(report).toMatchObject({
      passed: false,
      stem: undefined,
      failure: 'no operation has a stem of this name',
    });
    expect((await run({ loss: 1 }, giving({ loss: 1 }), 'double')).passed).toBe(true);
  });

  test('is run by the longest stem that fits', async () => {
    const operations = {
      double: { run: () => ({ loss: 0 }) },
      double_it_twice: { run: () => ({ loss: 1 }) },
      double_it: { run: () => ({ loss: 0 }) },
    };
    expect(await run({ loss: 1 }, operations, 'double_it_twice_b10')).toMatchObject({
      passed: true,
      stem: 'double_it_twice',
    });
  });

  test('names at most a few mismatches', async () => {
    const report = await run({ w: Array.from({ length: 99 }, () => 1) }, giving({ w: new Float32Array(99) }));
    expect(report.differences!.mismatches).toHaveLength(4);
    expect(report.differences!.compared).toBe(99);
  });
});

describe('inputs of a case', () => {
  const inputs = new CaseInputs({
    n: 2,
    flag: true,
    bit: 1,
    none: null,
    big: 'Infinity',
    list: [1, [2, '-Infinity']],
    matrix: [
      [1, 2],
      [3, 4],
    ],
    empty: [],
    text: 'x',
  });

  test('are read as numbers, flags and lists', () => {
    expect([inputs.has('n'), inputs.has('none'), inputs.has('absent')]).toEqual([true, false, false]);
    expect([inputs.number('n'), inputs.number('none', 7), inputs.number('big')]).toEqual([2, 7, Infinity]);
    expect([inputs.flag('flag', false), inputs.flag('bit', false), inputs.flag('absent', true)]).toEqual([
      true,
      true,
      true,
    ]);
    expect(inputs.numbers('list')).toEqual([1, 2, -Infinity]);
    expect(inputs.rows('matrix')).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(inputs.raw('text')).toBe('x');
  });

  test('are made tensors', () => {
    expect(inputs.matrix('matrix').shape).toEqual([2, 2]);
    expect(inputs.matrix('empty', 4).shape).toEqual([0, 4]);
    expect(inputs.vector('empty').dtype).toBe('float32');
    expect(inputs.integers('list').dtype).toBe('int32');
  });

  test('are refused by name', () => {
    expect(() => inputs.number('text')).toThrow('input text: expected a number, got "x"');
    expect(() => inputs.number('absent')).toThrow('input absent: expected a number');
    expect(() => inputs.numbers('n')).toThrow('input n: expected a list, got 2');
  });

  test('of several steps stand in the outputs', () => {
    const reference = { name: 'x', source: '', inputs: { k: 1 }, outputs: { steps: [{ a: 1 }, { a: 2 }] } };
    expect(inputsOf(reference).number('k')).toBe(1);
    expect(stepsOf(reference).map((step) => step.number('a'))).toEqual([1, 2]);
    expect(() => stepsOf({ ...reference, outputs: {} })).toThrow('outputs.steps: expected a list');
  });
});
