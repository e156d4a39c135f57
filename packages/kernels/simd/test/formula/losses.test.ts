import type * as Core from '@equipoise/core';
import type * as TestKit from '@equipoise/testkit';
import type { EntryFormula } from '@equipoise/core';
import { defaultTask, seededRandom, smoothL1, strategyLoss } from '@equipoise/core';
import { asymmetricLoss, sigmoidFocalLoss, varifocalLoss } from '@equipoise/focal';
import { authenticSmoothL1, ghmC } from '@equipoise/ghm';
import { formulaAgrees, randomSamples } from '@equipoise/testkit';
import { getKernel, ones, setBackend, tidy, zeros } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { registerKernels } from '../../src/register-kernels.ts';
import { BACKENDS } from './support/backends.ts';

registerKernels();

const seen = vi.hoisted((): EntryFormula[] => []);

// So the formulas are those that the losses compute with, not copies of them.
vi.mock('@equipoise/core', async (original) => {
  // Imported here: a mock is made before the imports above.
  const { recordingFormulas } = await vi.importActual<typeof TestKit>('@equipoise/testkit');
  return recordingFormulas(await original<typeof Core>(), seen);
});

/** Losses of @equipoise/focal and @equipoise/ghm by name. */
const losses: Readonly<Record<string, () => unknown>> = {
  'focal loss, γ = 2': () => sigmoidFocalLoss(ones([1, 2]), ones([1, 2])),
  'focal loss, γ = 1.5': () => sigmoidFocalLoss(ones([1, 2]), ones([1, 2]), { gamma: 1.5 }),
  'focal loss, γ = 0.5': () => sigmoidFocalLoss(ones([1, 2]), ones([1, 2]), { gamma: 0.5 }),
  'varifocal loss': () => varifocalLoss(ones([1, 2]), ones([1, 2])),
  'asymmetric loss': () => asymmetricLoss(ones([1, 2]), ones([1, 2])),
  'authentic smooth L1': () => authenticSmoothL1().apply(ones([1, 4]), zeros([1, 4])),
  'GHM-C': () => {
    const samples = {
      ...randomSamples({ seed: 1, n: 20, classes: 3, images: 2 }),
      task: { ...defaultTask, activation: 'sigmoid' as const, boxLoss: smoothL1() },
    };
    const strategy = ghmC();
    return strategyLoss(strategy, samples, strategy.init(), seededRandom(1));
  },
};

/** The last formula that a loss computed with. */
function formulaOf(loss: () => unknown): EntryFormula {
  seen.length = 0;
  tidy(() => void loss());
  return seen.at(-1)!;
}

describe.each(BACKENDS)('fused on %s', (backend) => {
  beforeAll(async () => void (await setBackend(backend)));

  test.each(Object.keys(losses))('%s keeps the law of formulas', async (name) => {
    expect(getKernel('PointwiseMap', backend)).toBeDefined();
    const law = formulaAgrees(formulaOf(losses[name]!), { name });
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });
});
