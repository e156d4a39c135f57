import type { SampleStrategy, SampleWeights, Samples, StrategyState } from '@equipoise/core';
import { EquipoiseError, positives, weightsOfAll } from '@equipoise/core';
import {
  chanceDiffers,
  checkLaw,
  extremesAreFinite,
  hardWeightsChoose,
  ignoredSamplesDoNotMatter,
  inputsAreReadOnly,
  isDescribed,
  labelWeightZeroIgnores,
  laws,
  leaksNothing,
  orderDoesNotMatter,
  randomnessIsHandedIn,
  stateIsThreaded,
  weightsAreLawful,
  type Law,
} from '@equipoise/testkit';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  exp,
  greaterEqual,
  keep,
  max,
  mul,
  onesLike,
  range,
  reverse,
  scalar,
  setBackend,
  sub,
  sum,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { BACKENDS } from './backends.ts';
import { chosen, toy, toyChoice } from './toys.ts';

type Strategy = SampleStrategy<StrategyState>;

const plain = (samples: Samples): SampleWeights => weightsOfAll(samples, 'mean');
/** A soft strategy of the given weights. */
const weighing = (weigh: (samples: Samples) => SampleWeights): (() => Strategy) => {
  const stateless = (): SampleStrategy => ({
    kind: 'soft',
    name: 'faulty',
    options: {},
    needs: [],
    init() {},
    apply: (samples) => [weigh(samples), undefined],
  });
  return stateless;
};
/** Plain weights times a factor of each sample. */
const timesFactor = (factor: (samples: Samples) => Tensor1D): (() => Strategy) =>
  weighing((samples) => ({
    ...plain(samples),
    classification: mul(plain(samples).classification, factor(samples)),
  }));

/** What is wrong, which law finds it, and what the message says. */
const FAULTS: readonly [fault: string, make: () => Strategy, law: Law, said: RegExp][] = [
  [
    'an ignored sample is weighted',
    weighing((samples) => ({ ...plain(samples), classification: onesLike(cast(samples.labels, 'float32')) })),
    weightsAreLawful,
    /classification weight 1 of sample 0, which is ignored/,
  ],
  [
    'a box weight on a negative',
    weighing((samples) => ({ ...plain(samples), box: plain(samples).classification as Tensor1D })),
    weightsAreLawful,
    /box weight 1 of sample 0, which is no positive/,
  ],
  [
    'a normaliser of 0 where there are no positives',
    weighing((samples) => ({ ...plain(samples), classificationNormalizer: sum(positives(samples)) })),
    weightsAreLawful,
    /classification normalizer 0, expected ≥ 1/,
  ],
  [
    'NaN where there are no positives',
    timesFactor((samples) => add(div(sum(positives(samples)), sum(positives(samples))), plain(samples).box)),
    extremesAreFinite,
    /is NaN, expected/,
  ],
  [
    'a loss that is not connected to the logits where there are no samples',
    (): Strategy => ({
      ...(toy() as Strategy & { kind: 'soft' }),
      loss: (samples, state) => {
        const weights = plain(samples);
        return [{ classification: scalar(0), box: scalar(0), weights }, state];
      },
    }),
    extremesAreFinite,
    /Cannot find a connection/,
  ],
  [
    'an overflow at large logits',
    timesFactor((samples) => max(exp(samples.logits), 1)),
    extremesAreFinite,
    /is (NaN|Infinity), expected/,
  ],
  [
    'ignored samples count in a mean',
    timesFactor((samples) => mul(max(samples.logits), onesLike(plain(samples).box)) as Tensor1D),
    ignoredSamplesDoNotMatter,
    /when ignored samples predict something else/,
  ],
  [
    'a label weight of 0 counts as a label',
    timesFactor(
      (samples) => add(plain(samples).box, sum(cast(greaterEqual(samples.labels, 0), 'float32'))) as Tensor1D,
    ),
    labelWeightZeroIgnores,
    /label -1 and label weight 0 differ/,
  ],
  [
    'a hard strategy weighs',
    (): Strategy =>
      toyChoice({
        apply: (samples) => [
          { ...plain(samples), classification: mul(plain(samples).classification, 0.75) },
          undefined,
        ],
      }),
    hardWeightsChoose,
    /classification weight 0.75 of sample 0, whose label weight is 1/,
  ],
  [
    'randomness without the generator',
    weighing((samples) =>
      chosen(samples, tensor1d(Array.from({ length: samples.labels.size }, Math.random))),
    ),
    randomnessIsHandedIn,
    /Math.random was called|two runs from one seed differ/,
  ],
  [
    'a draw that decides nothing',
    (): Strategy =>
      toyChoice({
        apply(samples, _state, random) {
          random.uniform(samples.labels.size);
          return [chosen(samples, range(0, samples.labels.size, 1, 'float32')), undefined];
        },
      }),
    chanceDiffers,
    /seeds choose alike among/,
  ],
  [
    'an input is changed',
    weighing((samples) => {
      const logits = samples.logits.dataSync();
      logits[0]! += 1;
      return plain(samples);
    }),
    inputsAreReadOnly,
    /samples.logits was changed at \[0\]/,
  ],
  [
    'an input is disposed',
    weighing((samples) => {
      const weights = plain(samples);
      samples.labels.dispose();
      return weights;
    }),
    inputsAreReadOnly,
    /samples.labels was disposed/,
  ],
  [
    'a kept tensor',
    weighing((samples) => {
      keep(sum(samples.logits));
      return plain(samples);
    }),
    inputsAreReadOnly,
    /2 tensors leaked/,
  ],
  [
    'a kept tensor, over many steps',
    weighing((samples) => {
      keep(sum(samples.logits));
      return plain(samples);
    }),
    leaksNothing,
    /999 steps left 999 tensors behind/,
  ],
  [
    'the state is changed in place',
    () =>
      toy({
        apply(samples, steps) {
          steps.dataSync()[0]! += 1;
          return [plain(samples), steps];
        },
      }),
    inputsAreReadOnly,
    /the state that was handed in was changed/,
  ],
  [
    'memory beside the state',
    () => {
      let steps = 0;
      return toy({
        apply(samples, state) {
          steps += 1;
          return [
            { ...plain(samples), classification: mul(plain(samples).classification, steps) },
            add<Scalar>(state, 0),
          ];
        },
      });
    },
    stateIsThreaded,
    /step \d differs when (training is restored before step|the strategy was used before)/,
  ],
  [
    'weights that depend on the place',
    timesFactor((samples) => range(0, samples.labels.size, 1, 'float32')),
    orderDoesNotMatter,
    /a batch in another order differs: classification weights/,
  ],
  [
    'weights of the sample at the other end',
    timesFactor((samples) => reverse(cast<Tensor1D>(max(sub(samples.logits, -100), 1), 'float32'))),
    orderDoesNotMatter,
    /a batch in another order differs: classification weights/,
  ],
  [
    'a function among the options',
    () => toy({ options: { start: () => 0 } }),
    isDescribed,
    /could not be cloned/,
  ],
  ['a name in camel case', () => toy({ name: 'myToy' }), isDescribed, /name 'myToy', expected kebab-case/],
];

beforeAll(async () => {
  await setBackend('cpu');
});

describe('a fault is found, and named', () => {
  test.each(FAULTS)('%s', async (_fault, make, law, said) => {
    const failure = await checkLaw(law, make, { runs: law === leaksNothing ? 1 : 60, seed: 1 }).then(
      () => new Error('no law was broken'),
      (error: Error) => error,
    );
    expect(failure.message).toMatch(said);
    expect(failure.message).toContain(`breaks the law "${law.lawName}"`);
    expect(failure.message).toMatch(/const (samples = \{|steps = \[)\n/);
  });
});

describe.each(BACKENDS)('strategies without fault pass on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  for (const make of [toy, toyChoice] as (() => Strategy)[]) {
    for (const [name, law] of Object.entries(laws)) {
      test(`${make().name}: ${name}`, async () => {
        expect(await checkLaw(law, make)).toBeUndefined();
      });
    }

    test(`${make().name}: ${leaksNothing.lawName}`, async () => {
      expect(await checkLaw(leaksNothing, make, { runs: 1 })).toBeUndefined();
    });
  }
});

test('a strategy for one activation is tried with that one', async () => {
  const picky = weighing((samples) => {
    if (samples.task?.activation === 'softmax') {
      throw new EquipoiseError({
        package: 'faulty',
        subject: 'task.activation',
        expected: 'sigmoid',
        actual: 'softmax',
      });
    }
    return plain(samples);
  });
  await expect(checkLaw(extremesAreFinite, picky)).resolves.toBeUndefined();
});
