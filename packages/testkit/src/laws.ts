import type { SampleStrategy, Samples, StrategyState } from '@equipoise/core';
import { seededRandom } from '@equipoise/core';
import { memory, tidy } from '@tensorflow/tfjs-core';
import type { IAsyncPropertyWithHooks } from 'fast-check';
import { asyncProperty, boolean, constantFrom, integer, record } from 'fast-check';
import { randomSamples } from './random-samples.ts';

/** A law that every strategy keeps: a fast-check property, to be passed to `fc.assert`. */
export type Law = (make: () => SampleStrategy<StrategyState>) => IAsyncPropertyWithHooks<[Drawn]>;

interface Drawn {
  readonly seed: number;
  readonly n: number;
  readonly classes: number;
  readonly images: number;
  readonly positives: boolean;
  readonly spread: number;
}

const drawn = record({
  seed: integer({ min: 0, max: 1 << 30 }),
  n: integer({ min: 1, max: 60 }),
  classes: integer({ min: 1, max: 4 }),
  images: integer({ min: 1, max: 3 }),
  positives: boolean(),
  spread: constantFrom(0, 2, 60),
});

/** Classification and box weights are finite and ≥ 0, and 0 at ignored samples; box weights are 0 wherever there is no positive. */
export const weightsAreLawful: Law = (make) =>
  asyncProperty(drawn, async (given) => {
    const samples = samplesOf(given);
    const { classification, box, normalizers } = await weigh(make(), samples, given.seed);
    const labels = await samples.labels.data();
    const columns = classification.length / given.n;
    for (let i = 0; i < given.n; i++) {
      const entries = classification.slice(i * columns, (i + 1) * columns);
      for (const value of [...entries, box[i]!]) {
        if (!(Number.isFinite(value) && value >= 0)) throw new Error(`sample ${i}: weight ${value}`);
        if (labels[i] === -1 && value !== 0) throw new Error(`ignored sample ${i}: weight ${value}`);
      }
      if (labels[i] === given.classes && box[i] !== 0) throw new Error(`negative ${i}: box weight ${box[i]}`);
    }
    for (const value of normalizers) if (!(value >= 1)) throw new Error(`normalizer ${value}`);
    disposeSamples(samples);
  });

/** The same samples, state and seed give the same weights, bit for bit; inputs are not changed; nothing is leaked. */
export const isDeterministic: Law = (make) =>
  asyncProperty(drawn, async (given) => {
    const samples = samplesOf(given);
    const before = [...(await samples.logits.data())];
    const tensors = memory().numTensors;
    const first = await weigh(make(), samples, given.seed);
    const second = await weigh(make(), samples, given.seed);
    if (memory().numTensors !== tensors) throw new Error(`${memory().numTensors - tensors} tensors leaked`);
    if (String(first.classification) !== String(second.classification))
      throw new Error('two runs from one seed differ');
    if (String(before) !== String([...(await samples.logits.data())])) throw new Error('logits were changed');
    disposeSamples(samples);
  });

/** Every law, by the name a test shows. */
export const laws: Readonly<Record<string, Law>> = {
  'weights are finite, ≥ 0, and 0 at ignored samples': weightsAreLawful,
  'one seed gives one result, inputs stay, nothing leaks': isDeterministic,
};

function samplesOf({ seed, n, classes, images, positives, spread }: Drawn): Samples {
  return randomSamples({ seed, n, classes, images, spread, positiveShare: positives ? 0.2 : 0 });
}

function disposeSamples(samples: Samples): void {
  for (const field of Object.values(samples))
    if (typeof field === 'object') (field as { dispose?: () => void }).dispose?.();
}

async function weigh(strategy: SampleStrategy<StrategyState>, samples: Samples, seed: number) {
  const kept = tidy(() => {
    const [weights] = strategy.apply(samples, strategy.init(), seededRandom(seed));
    return [
      weights.classification.clone(),
      weights.box.clone(),
      weights.classificationNormalizer.clone(),
      weights.boxNormalizer.clone(),
    ];
  });
  const [classification, box, ...normalizers] = await Promise.all(kept.map((tensor) => tensor.data()));
  for (const tensor of kept) tensor.dispose();
  return { classification: classification!, box: box!, normalizers: normalizers.map((value) => value[0]!) };
}
