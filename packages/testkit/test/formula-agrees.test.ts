import type { EntryFormula, Expression } from '@equipoise/core';
import { entryFormula, formula, pointwiseMap } from '@equipoise/core';
import { formulaAgrees, type FormulaAgreesOptions } from '@equipoise/testkit';
import { memory, mul as times, registerKernel, setBackend, unregisterKernel } from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { BACKENDS } from './backends.ts';

const {
  abs,
  add,
  floor,
  labelTerms,
  log,
  lookup,
  max,
  min,
  mul,
  neg,
  power,
  sigmoid,
  stop,
  sub,
  targetTerms,
} = formula;

const failureOf = (of: EntryFormula, options?: FormulaAgreesOptions): Promise<string> =>
  fc.assert(formulaAgrees(of, options), { seed: 3 }).then(
    () => 'passed',
    ({ message, cause }: Error) => `${message} ${cause instanceof Error ? cause.message : ''}`,
  );

const ofLabels = (loss: (terms: formula.BinaryTerms) => Expression): EntryFormula =>
  entryFormula({
    inputs: { logits: 'entry', labels: 'row' },
    loss: ({ logits, labels }) => loss(labelTerms(logits, labels)),
  });
const ofLogits = (loss: (z: Expression) => Expression): EntryFormula =>
  entryFormula({ inputs: { logits: 'entry' }, loss: ({ logits }) => loss(logits) });

const focal = (gamma: number): EntryFormula =>
  ofLabels(({ miss, crossEntropy }) => mul(power(miss, gamma), crossEntropy));

describe.each(BACKENDS)('a right formula on %s', (backend) => {
  beforeAll(async () => void (await setBackend(backend)));

  test.each([0, 0.5, 1.5, 2])('with exponent %d passes', async (gamma) =>
    expect(await failureOf(focal(gamma))).toBe('passed'),
  );

  test('with kinks and steps passes', async () => {
    expect(await failureOf(ofLogits((z) => max(abs(sub(z, 0.5)), min(z, -1))))).toBe('passed');
    expect(await failureOf(ofLogits((z) => mul(floor(min(mul(10, sigmoid(z)), 9)), z)))).toBe('passed');
  });

  test('passes that reads in every way, and is differentiated by all it reads', async () => {
    const of = entryFormula({
      inputs: { z: 'entry', y: 'entry', r: 'row', c: 'column', s: 'scalar', t: 'table' },
      by: ['z', 'r', 'c', 's'],
      loss: ({ z, y, r, c, s, t }) =>
        mul(add(lookup(t, z), sigmoid(mul(c, s))), mul(sigmoid(r), targetTerms(z, y).crossEntropy)),
    });
    const values = { c: fc.double({ min: -2, max: 2, noNaN: true }), s: fc.constantFrom(-1, 0, 0.5) };
    expect(await failureOf(of, { values })).toBe('passed');
  });

  test('leaves no tensor behind', async () => {
    const before = memory().numTensors;
    expect(await failureOf(focal(2))).toBe('passed');
    expect(memory().numTensors).toBe(before);
  });
});

describe('reports', () => {
  beforeAll(async () => void (await setBackend('cpu')));

  test('a slope that is not that of the value', async () => {
    const wrong = ofLogits((z) => formula.withSlope(mul(sigmoid(z), z), z, sigmoid(z)));
    const report = await failureOf(wrong, { name: 'swish' });
    expect(report).toMatch(
      /swish: derivative by logits is \S+, but central differences of the loss are \S+ at entry \[\d, 0\], where logits = /,
    );
    expect(await failureOf(wrong, { stopsHeld: true })).toBe('passed');
  });

  test('a factor that was detached, unless it is meant', async () => {
    const detached = ofLabels(({ miss, crossEntropy }) => mul(stop(power(miss, 2)), crossEntropy));
    expect(await failureOf(detached)).toContain('derivative by logits');
    expect(await failureOf(detached, { stopsHeld: true })).toBe('passed');
  });

  test('a logarithm that overflows', async () => {
    const unstable = ofLogits((z) => neg(log(sub(1, sigmoid(z)))));
    expect(await failureOf(unstable)).toMatch(
      /(is Infinity in double precision at|on cpu is Infinity, but|on cpu is NaN, but)/,
    );
  });

  test('digits that float32 loses, before anything overflows', async () => {
    const values = { logits: fc.double({ min: 8, max: 14, noNaN: true }) };
    const unstable = ofLogits((z) => neg(log(sub(1, sigmoid(z)))));
    expect(await failureOf(unstable, { values })).toMatch(
      /(loss|gradient by logits) on cpu is \S+, but \S+ in double precision/,
    );
  });

  test('a derivative that no longer is finite', async () => {
    const values = { x: fc.constantFrom(0, 1) };
    const root = entryFormula({ inputs: { x: 'entry' }, loss: ({ x }) => formula.sqrt(x) });
    expect(await failureOf(root, { values })).toContain('derivative by x is Infinity in double precision');
  });

  test('a kernel that is wrong', async () => {
    registerKernel({
      kernelName: pointwiseMap.operationName,
      backendName: 'cpu',
      kernelFunc: ({ inputs, attrs }) =>
        pointwiseMap
          .composed(inputs as unknown as NamedTensorMap, attrs as never)
          .map((x: Tensor, i) => (i === 1 ? times(x, 1.01) : x)),
    });
    try {
      expect(await failureOf(focal(2))).toMatch(/gradient by logits on cpu is \S+, but \S+ in double/);
    } finally {
      unregisterKernel(pointwiseMap.operationName, 'cpu');
    }
    expect(await failureOf(focal(2))).toBe('passed');
  });
});
