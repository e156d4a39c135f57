import { randomSamples } from '../random-samples.ts';
import { disposeSamples, taskOf } from '../batches/samples-of.ts';
import { compute, read } from '../support/observe.ts';
import { releaseState } from '../support/states.ts';
import { watchedRandom } from '../support/watched-random.ts';
import { defineLaw, type Law, type Make, type Subject } from './law.ts';

const MANY = 1500;
const SEEDS = 4;
/** Makers that have kept the law: it says that there is a difference somewhere, so that one is enough. */
const kept = new WeakSet<Make>();

/** A hard strategy that draws at random, and does not take all there is, chooses otherwise from another seed. */
export const chanceDiffers: Law = defineLaw({
  name: 'a hard strategy that draws at random differs between seeds',
  maxRows: 1,
  async check(subject, { seed }) {
    if (subject.strategy.kind !== 'hard' || kept.has(subject.make)) return;
    const first = await choose(subject, seed);
    if (first.drew && first.leaves) {
      let differs = false;
      for (let other = 1; other <= SEEDS && !differs; other += 1) {
        const { weights } = await choose(subject, seed + other);
        differs = weights.some((value, i) => value !== first.weights[i]);
      }
      if (!differs) throw new Error(`${SEEDS} seeds choose alike among ${MANY} samples`);
    }
    kept.add(subject.make);
  },
});

async function choose({ make, settings }: Subject, seed: number) {
  const setting = settings[0]!;
  const { activation } = setting;
  const given = randomSamples({ seed: 1, n: MANY, classes: 3, images: 1, positiveShare: 0.4, activation });
  const samples = { ...given, task: taskOf(setting) };
  const random = watchedRandom(seed, MANY);
  const strategy = make();
  const state = strategy.init();
  const { tensors, next } = compute(strategy, samples, state, random);
  releaseState(state, next);
  const labels = await samples.labels.data();
  disposeSamples(samples);
  const weights = (await read(tensors))['classification weights'] as Float32Array;
  return {
    weights,
    drew: random.drew(),
    leaves: weights.some((value, i) => value === 0 && labels[i]! >= 0),
  };
}
