import { entryFormula, pointwiseLoss } from '@equipoise/core';
import { setBackend, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { isProductExact, unitRegion } from '../src/unit-region.ts';
import './backends.ts';

await setBackend('cpu');

/** The float32 `by` places after x > 0. */
function beside(x: number, by: number): number {
  const value = new Float32Array([x]);
  new Int32Array(value.buffer)[0]! += by;
  return value[0]!;
}

// 10 and 30 by the product alone, 11 and 19 by the nearest edge.
test.each([1, 10, 11, 19, 30])(
  'of %i regions, float32 edges decide: at an edge, and just below and above',
  (bins) => {
    const edges = Array.from({ length: bins + 1 }, (_, j) => Math.fround(j / bins));
    const norms = edges.flatMap((edge) =>
      edge === 0 ? [0, 1e-30] : [beside(edge, -1), edge, beside(edge, 1)],
    );
    const regions = norms.map((norm) =>
      Math.min(
        edges.findLastIndex((edge) => norm >= edge),
        bins - 1,
      ),
    );
    const found = entryFormula({
      inputs: { norms: 'entry' },
      loss: (given) => unitRegion(given.norms, bins),
    });
    const got = tidy(() => [...pointwiseLoss(found, { norms: tensor2d([norms]) }).dataSync()]);
    expect(got).toEqual(regions);
  },
);

test('the product decides for 10 and for 30 regions', () => {
  expect([10, 11, 19, 30].filter(isProductExact)).toEqual([10, 30]);
});
