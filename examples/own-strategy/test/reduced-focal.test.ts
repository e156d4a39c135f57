import { BACKENDS } from './backends.ts';
import { criterion } from '@equipoise/core';
import { gradientAgrees } from '@equipoise/testkit';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { setBackend, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { reducedFocal, type ReducedFocalOptions } from '../src/reduced-focal.ts';

const LOGITS = [0.1, -0.2, 3, -4, -2.5, 1.5, 60, -60, 0.7, -0.6, 9, 9];
// Two classes; 2 is background, -1 ignored.
const LABELS = [0, 1, 2, 0, 2, -1];
const ROWS = LABELS.map((label, row) => ({ label, row })).filter(({ label }) => label >= 0);
const POSITIVES = 3;

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** −f_r(p_t) ln p_t, of p_t = e^−loss. */
function reduced(loss: number, { gamma, threshold }: ReducedFocalOptions): number {
  const factor = Math.exp(-loss) < threshold ? 1 : (-Math.expm1(-loss) / threshold) ** gamma;
  return factor * loss;
}

/** The formula in double precision. */
const oracles = {
  sigmoid: (z: readonly number[], options: ReducedFocalOptions): number =>
    ROWS.flatMap(({ label, row }) =>
      [0, 1].map((k) => reduced(softplus(label === k ? -z[2 * row + k]! : z[2 * row + k]!), options)),
    ).reduce((a, b) => a + b) / POSITIVES,
  // The same numbers read as one class and background: label 0 is the class, all others background.
  softmax: (z: readonly number[], options: ReducedFocalOptions): number =>
    ROWS.map(({ label, row }) => {
      const [right, wrong] = label === 0 ? [z[2 * row]!, z[2 * row + 1]!] : [z[2 * row + 1]!, z[2 * row]!];
      return reduced(softplus(wrong - right), options);
    }).reduce((a, b) => a + b) / LABELS.filter((label) => label === 0).length,
};

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  test.each([
    ['sigmoid', { gamma: 2, threshold: 0.5 }],
    ['sigmoid', { gamma: 1, threshold: 0.3 }],
    ['sigmoid', { gamma: 3.5, threshold: 0.8 }],
    ['softmax', { gamma: 2, threshold: 0.5 }],
    ['softmax', { gamma: 1.5, threshold: 0.4 }],
  ] as const)('value and gradient are those of the formula: %s, %j', async (activation, options) => {
    const steps = criterion(reducedFocal(options), { activation });
    const labels = LABELS.map((label) => (activation === 'softmax' ? Math.min(label, 1) : label));
    const total = (logits: Tensor) =>
      steps.loss({ logits: logits as Tensor2D, labels: tensor1d(labels, 'int32') }).total;
    const oracle = (z: readonly number[]) => oracles[activation](z, options);
    await expect(gradientAgrees(total, oracle, LOGITS, { shape: [6, 2] })).resolves.toBeUndefined();
  });

  test('hard entries keep their cross-entropy, easy ones count as in focal loss, times 1 / threshold^γ', () => {
    const samples = {
      logits: tensor2d([[-1], [-1e-3], [1e-3], [1]]),
      labels: tensor1d([0, 0, 0, 0], 'int32'),
    };
    const { weights } = criterion(reducedFocal()).loss(samples);
    const [hard, below, above, easy] = weights.classification.dataSync();
    expect([hard, below]).toEqual([1, 1]);
    expect(above).toBeCloseTo(1, 2);
    expect(easy).toBeCloseTo(4 / (1 + Math.E) ** 2, 6);
  });
});

test('an option that is unknown or out of range is refused', () => {
  expect(() => reducedFocal({ alpha: 1 } as never)).toThrow('option alpha: expected one of gamma, threshold');
  expect(() => reducedFocal({ gamma: 0.5 })).toThrow('option gamma: expected a number ≥ 1, got 0.5');
  expect(() => reducedFocal({ threshold: 1 })).toThrow(
    'option threshold: expected a number in [0.001, 0.999]',
  );
});
