import { BACKENDS } from './backends.ts';
import type { Random, Samples, SampleStrategy, SoftStrategy, StrategyState } from '@equipoise/core';
import { classCount } from '@equipoise/core';
import {
  asymmetric,
  balancedCrossEntropy,
  classBalanced,
  crossEntropy,
  dr,
  eql,
  equalizationV2,
  focal,
  focalStar,
  poly1Focal,
  qualityFocal,
  varifocal,
} from '@equipoise/focal';
import { laws } from '@equipoise/testkit';
import { setBackend } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, test } from 'vitest';

type Strategy = SampleStrategy<StrategyState>;

const PER_CLASS = [0.001, 0.5, 0.0001, 0.2];

/** A strategy whose options follow the number of classes, which laws vary. */
function ofClasses(make: (classes: number) => SoftStrategy): SampleStrategy {
  const one = make(1);
  const at = (samples: Samples): SoftStrategy => make(classCount(samples));
  return {
    ...one,
    apply: (samples, state, random) => at(samples).apply(samples, state, random),
    ...(one.loss
      ? { loss: (samples: Samples, state: void, random: Random) => at(samples).loss!(samples, state, random) }
      : {}),
  };
}

/** A strategy with a state for each number of classes, which laws vary from step to step. */
function eachClassCount<State extends StrategyState>(
  one: SoftStrategy<State>,
): SoftStrategy<Readonly<Record<string, State>>> {
  return {
    kind: 'soft',
    name: one.name,
    options: one.options,
    needs: one.needs,
    init: () => ({}),
    apply(samples, states, random) {
      const classes = classCount(samples);
      const [weights, next] = one.apply(samples, states[classes] ?? one.init(), random);
      return [weights, { ...states, [classes]: next }];
    },
  };
}

const strategies: Readonly<Record<string, () => SampleStrategy<never>>> = Object.fromEntries(
  Object.entries({
    focal: () => focal(),
    'focal, γ = .5': () => focal({ gamma: 0.5, alpha: null }),
    'focal of mmdet': () => focal({ preset: 'mmdet' }),
    'focal of detectron2': () => focal({ preset: 'detectron2' }),
    'focal of torchvision': () => focal({ preset: 'torchvision' }),
    'focal of fvcore': () => focal({ preset: 'fvcore' }),
    'focal-star': () => focalStar(),
    'cross-entropy': () => crossEntropy(),
    'balanced cross-entropy': () => balancedCrossEntropy(),
    'quality focal': () => qualityFocal(),
    varifocal: () => varifocal(),
    asymmetric: () => asymmetric(),
    'poly-1 focal': () => poly1Focal(),
    'poly-1 focal, ε = −1': () => poly1Focal({ epsilon: -1 }),
    dr: () => dr(),
    'equalization v2': () => eachClassCount(equalizationV2()),
    eql: () => ofClasses((classes) => eql({ frequencies: PER_CLASS.slice(0, classes) })),
    'class-balanced': () =>
      ofClasses((classes) => classBalanced({ counts: [9, 40, 0, 7].slice(0, classes) })),
    'class-balanced focal': () =>
      ofClasses((classes) => classBalanced({ counts: [9, 40, 0, 7, 900].slice(0, classes + 1), gamma: 1 })),
  }).map(([name, make]) => [name, make as unknown as () => SampleStrategy<never>]),
);

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  describe.each(Object.entries(strategies))('%s keeps the laws', (_name, make) => {
    for (const [name, law] of Object.entries(laws)) {
      test(name, async () => {
        await fc.assert(law(make as unknown as () => Strategy), { numRuns: 8 });
      });
    }
  });
});
