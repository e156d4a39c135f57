import './backends.ts';
import { criterion, entryFormula, pointwiseLoss } from '@equipoise/core';
import { exactDensity, exactHarmony, ghmC } from '@equipoise/ghm';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { unitRegion } from '../src/unit-region.ts';
import { binOf } from './oracle.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Norms with many at the edges of bins, and saturated ones. */
const norm = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }).map(Math.fround),
  fc.integer({ min: 0, max: 30 }).map((j) => Math.fround(j / 30)),
  fc.integer({ min: 0, max: 10 }).map((j) => Math.fround(j / 10)),
);
const drawn = fc
  .record({
    n: fc.integer({ min: 0, max: 40 }),
    columns: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ n, columns, groups }) =>
    fc.record({
      columns: fc.constant(columns),
      groups: fc.constant(groups),
      norms: fc.array(norm, { minLength: n * columns, maxLength: n * columns }),
      weights: fc.array(fc.constantFrom(0, 0.3, 1, 2), { minLength: n, maxLength: n }),
      group: fc.array(fc.integer({ min: 0, max: groups - 1 }), { minLength: n, maxLength: n }),
    }),
  );

function tensors({ norms, weights, group }: { norms: number[]; weights: number[]; group: number[] }) {
  return {
    norms: tf.tensor1d(norms, 'float32'),
    weights: tf.tensor1d(weights, 'float32'),
    group: tf.tensor1d(group, 'int32'),
  };
}

test('a level out of range is refused where levels lie in memory, whatever the density', () => {
  const samples = {
    logits: tf.tensor2d([[0.5], [1]]),
    labels: tf.tensor1d([0, 1], 'int32'),
    level: tf.tensor1d([1, 2], 'int32'),
  };
  for (const density of ['unit-region', 'exact'] as const) {
    const loss = criterion(ghmC({ scope: 'level', levels: 2, density }));
    expect(() => loss.loss(samples)).toThrow(
      '@equipoise/ghm: level or image of a sample: expected 0 to 1, got 2',
    );
  }
});

function bruteForce(g: readonly number[], epsilon: number): number[] {
  return g.map((own) => {
    const [low, high] = [own - epsilon / 2, own + epsilon / 2];
    const within = g.filter((other) => other >= low && other < high).length;
    return within / (Math.min(high, 1) - Math.max(low, 0));
  });
}

test('the exact density is the brute force of its definition, ties and edges of the window included', () => {
  fc.assert(
    fc.property(fc.array(norm, { maxLength: 80 }), fc.constantFrom(0.01, 0.1, 0.25, 1), (g, epsilon) => {
      expect([...exactDensity(g, epsilon)]).toEqual(bruteForce(g, epsilon));
    }),
    { numRuns: 200 },
  );
  expect(() => exactDensity([0.5], 0)).toThrow('@equipoise/ghm: option epsilon');
});

/** Without norms that lie exactly half a window apart, where float32 and double windows may differ. */
const spreadNorm = fc.double({ min: 0, max: 1, noNaN: true }).map((g) => Math.fround(g * 0.999));

test('exact weights: composed and host are N / GD within a group', () => {
  fc.assert(
    fc.property(
      drawn,
      fc.array(spreadNorm, { minLength: 120, maxLength: 120 }),
      fc.constantFrom(0.013, 0.1037),
      (given, pool, epsilon) => {
        const { weights, group, groups, columns } = given;
        const norms = given.norms.map((_, at) => pool[at]!);
        const wanted = norms.map(() => 0);
        for (let id = 0; id < groups; id++) {
          const members = norms.flatMap((_, at) => {
            const i = Math.floor(at / columns);
            return group[i] === id && weights[i]! > 0 ? [at] : [];
          });
          const density = bruteForce(
            members.map((at) => norms[at]!),
            epsilon,
          );
          members.forEach((at, k) => (wanted[at] = members.length / density[k]!));
        }
        for (const implementation of [exactHarmony.composed, exactHarmony.host!]) {
          const beta = implementation(tensors({ ...given, norms }), { epsilon, groupCount: groups });
          expect(beta.shape).toEqual([norms.length]);
          const got = beta.dataSync();
          wanted.forEach((value, at) => {
            expect(Math.abs(got[at]! - value)).toBeLessThanOrEqual(2e-4 * value);
          });
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('the unit region of a formula is that of the plain loop, float32 edges and their neighbours included', () => {
  for (const bins of [1, 2, 7, 10, 30, 100]) {
    const norms = Array.from({ length: bins + 1 }, (_, j) => Math.fround(j / bins)).flatMap((edge) =>
      [edge * (1 - 2 ** -23), edge, edge * (1 + 2 ** -23)].map((g) => Math.min(1, Math.fround(g))),
    );
    const region = entryFormula({
      inputs: { norms: 'entry' },
      loss: ({ norms: g }) => unitRegion(g, bins),
    });
    const got: tf.Tensor = pointwiseLoss(region, { norms: tf.tensor1d(norms) });
    expect([...got.dataSync()]).toEqual(norms.map((g) => binOf(g, bins)));
  }
});
