import type * as Core from '@equipoise/core';
import type * as TestKit from '@equipoise/testkit';
import type { EntryFormula, SampleStrategy, StrategyState } from '@equipoise/core';
import { defaultTask, seededRandom, smoothL1, strategyLoss } from '@equipoise/core';
import * as focal from '@equipoise/focal';
import { formulaAgrees, randomSamples } from '@equipoise/testkit';
import { setBackend, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
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
const logits = tensor2d([[0.5, -2]]);
const targets = tensor2d([[1, 0.2]]);
const labels = tensor1d([1], 'int32');

/** Losses of tensors. */
const losses: Readonly<Record<string, () => unknown>> = {
  'sigmoidFocalLoss γ = 2': () => focal.sigmoidFocalLoss(logits, targets),
  'sigmoidFocalLoss γ = 1.5, no α': () =>
    focal.sigmoidFocalLoss(logits, targets, { gamma: 1.5, alpha: null }),
  'sigmoidFocalLoss γ = 0.5': () => focal.sigmoidFocalLoss(logits, targets, { gamma: 0.5 }),
  softmaxFocalLoss: () => focal.softmaxFocalLoss(logits, labels),
  focalStarLoss: () => focal.focalStarLoss(logits, targets, { gamma: 2, alpha: 0.25 }),
  focalLossOfProbabilities: () => focal.focalLossOfProbabilities(targets, targets),
  'focalLossOfProbabilities γ = 0.5': () => focal.focalLossOfProbabilities(targets, targets, { gamma: 0.5 }),
  asymmetricLoss: () => focal.asymmetricLoss(logits, targets),
  'asymmetricLoss, no margin': () => focal.asymmetricLoss(logits, targets, { clip: 0 }),
  'asymmetricLoss γ₋ = 1.5': () => focal.asymmetricLoss(logits, targets, { gammaNegative: 1.5 }),
  'asymmetricLoss, floor': () => focal.asymmetricLoss(logits, targets, { eps: 1e-4 }),
  classBalancedLoss: () => focal.classBalancedLoss(logits, labels, [3, 9], { gamma: 2 }),
  poly1CrossEntropy: () => focal.poly1CrossEntropy(logits, labels),
  poly1FocalLoss: () => focal.poly1FocalLoss(logits, targets),
  qualityFocalLoss: () => focal.qualityFocalLoss(logits, targets),
  'qualityFocalLoss β = 1.5': () => focal.qualityFocalLoss(logits, targets, { beta: 1.5 }),
  varifocalLoss: () => focal.varifocalLoss(logits, targets),
  'varifocalLoss γ = 1.5': () => focal.varifocalLoss(logits, targets, { gamma: 1.5, iouWeighted: false }),
  gaussianFocalLoss: () => focal.gaussianFocalLoss(logits, targets),
  gaussianFocalLossOfProbabilities: () => focal.gaussianFocalLossOfProbabilities(targets, targets),
};

/** Losses of strategies. */
const strategies: Readonly<Record<string, () => SampleStrategy<StrategyState>>> = {
  balancedCrossEntropy: () => focal.balancedCrossEntropy(),
  focal: () => focal.focal(),
  focalStar: () => focal.focalStar(),
  asymmetric: () => focal.asymmetric(),
  classBalanced: () => focal.classBalanced({ counts: [5, 9, 2], gamma: 2 }),
  poly1Focal: () => focal.poly1Focal(),
  qualityFocal: () => focal.qualityFocal(),
  varifocal: () => focal.varifocal(),
};

/** The last formula that a loss computed with. */
function formulaOf(loss: () => unknown): EntryFormula {
  seen.length = 0;
  tidy(() => void loss());
  return seen.at(-1)!;
}

function lossOf(strategy: SampleStrategy<StrategyState>): unknown {
  const samples = {
    ...randomSamples({ seed: 1, n: 20, classes: 3, images: 2 }),
    task: { ...defaultTask, activation: 'sigmoid' as const, boxLoss: smoothL1() },
  };
  return strategyLoss(strategy, samples, strategy.init(), seededRandom(1));
}

const values = {
  probabilities: fc.oneof(fc.constantFrom(0, 1, 1e-7), fc.double({ min: 0, max: 1, noNaN: true })),
  crossEntropy: fc.oneof(fc.constantFrom(0, 1e-7, 120), fc.double({ min: 0, max: 20, noNaN: true })),
};

describe.each(BACKENDS)('the formula on %s of', (backend) => {
  beforeAll(async () => void (await setBackend(backend)));

  test.each(Object.keys(losses))('%s keeps its law', async (name) => {
    const law = formulaAgrees(formulaOf(losses[name]!), { name, values });
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });

  test.each(Object.keys(strategies))('the strategy %s keeps its law', async (name) => {
    const law = formulaAgrees(
      formulaOf(() => lossOf(strategies[name]!())),
      { name, values },
    );
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });

  test('a factor without a gradient keeps its law, held', async () => {
    const loss = formulaOf(() => focal.asymmetricLoss(logits, targets, { factorGradient: false }));
    await expect(
      fc.assert(formulaAgrees(loss, { stopsHeld: true }), { numRuns: 40 }),
    ).resolves.toBeUndefined();
    await expect(fc.assert(formulaAgrees(loss))).rejects.toThrow('Property failed');
  });
});
