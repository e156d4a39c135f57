import type * as Core from '@equipoise/core';
import type * as TestKit from '@equipoise/testkit';
import type { EntryFormula, SampleStrategy, StrategyState } from '@equipoise/core';
import { defaultTask, seededRandom, smoothL1, strategyLoss } from '@equipoise/core';
import { authenticSmoothL1, ghmC, ghmR, ghmRLoss } from '@equipoise/ghm';
import { formulaAgrees, randomSamples } from '@equipoise/testkit';
import { setBackend, ones, tensor2d, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { BACKENDS } from './backends.ts';

const seen = vi.hoisted((): EntryFormula[] => []);

// So the formulas are those that the losses compute with, not copies of them.
vi.mock('@equipoise/core', async (original) => {
  // Imported here: a mock is made before the imports above.
  const { recordingFormulas } = await vi.importActual<typeof TestKit>('@equipoise/testkit');
  return recordingFormulas(await original<typeof Core>(), seen);
});

await setBackend('cpu');

const errors = tensor2d([[0.5, -2, 0, 0.01]]);

/** Losses by name. */
const losses: Readonly<Record<string, () => unknown>> = {
  'GHM-C': () => lossOf(ghmC()),
  'GHM-C by image': () => lossOf(ghmC({ scope: 'image' })),
  'GHM-C by softmax': () => lossOf(ghmC(), 'softmax'),
  'GHM-C by exact density': () => lossOf(ghmC({ density: 'exact' })),
  'GHM-R': () => lossOf(ghmR()),
  'GHM-R by image': () => lossOf(ghmR({ scope: 'image' })),
  ghmRLoss: () => ghmRLoss(errors, errors, ones([1, 4]), ghmR().init()),
  authenticSmoothL1: () => authenticSmoothL1().apply(errors, errors),
};

/** The last formula that a loss computed with: those before it give norms, which are constants. */
function formulaOf(loss: () => unknown): EntryFormula {
  seen.length = 0;
  tidy(() => void loss());
  return seen.at(-1)!;
}

function lossOf(
  strategy: SampleStrategy<StrategyState>,
  activation: 'sigmoid' | 'softmax' = 'sigmoid',
): unknown {
  const samples = {
    ...randomSamples({ seed: 1, n: 20, classes: 3, images: 2, activation }),
    task: { ...defaultTask, activation, boxLoss: smoothL1() },
  };
  return strategyLoss(strategy, samples, strategy.init(), seededRandom(1));
}

const values = {
  crossEntropy: fc.oneof(fc.constantFrom(0, 1e-7, 120), fc.double({ min: 0, max: 20, noNaN: true })),
  group: fc.constantFrom(0, 1),
};

describe.each(BACKENDS)('the formula on %s of', (backend) => {
  beforeAll(async () => void (await setBackend(backend)));

  test.each(Object.keys(losses))('%s keeps its law', async (name) => {
    const law = formulaAgrees(formulaOf(losses[name]!), { name, values });
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });
});
