import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import {
  criterion,
  defaultTask,
  seededRandom,
  strategyLoss,
  weightsOfAll,
  type Criterion,
  type CriterionCheckpoint,
  type Samples,
  type SoftStrategy,
} from '../../src/index.ts';
import { onEachBackend } from '../boxes/support.ts';
import { counting } from './counting.ts';

const plain = (changes: Partial<SoftStrategy> = {}): SoftStrategy => ({
  kind: 'soft',
  name: 'plain',
  options: {},
  needs: [],
  init() {},
  apply: (samples) => [weightsOfAll(samples, 'mean'), undefined],
  ...changes,
});

const batch = (seed: number): Samples => randomSamples({ seed, n: 12, classes: 2, images: 2 });

/** Losses of steps in a row, on batches of their own. */
function losses(steps: Criterion, from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) =>
    tf.tidy(() => steps.loss(batch(from + i)).total.dataSync()[0]!),
  );
}

const without = (samples: Samples, ...fields: (keyof Samples)[]): Samples =>
  Object.fromEntries(Object.entries(samples).filter(([field]) => !fields.includes(field as never))) as never;

onEachBackend(() => {
  describe('criterion', () => {
    test('threads the state: each step sees that of the step before', () => {
      const steps = criterion(counting(), {}, { seed: 3 });
      const random = seededRandom(3);
      const strategy = counting();
      let state = strategy.init();
      for (let step = 0; step < 4; step += 1) {
        tf.tidy(() => {
          const [loss, next] = strategyLoss(strategy, batch(step), state, random);
          state = tf.keep(next.steps) && next;
          tf.keep(next.before[1]);
          expect(steps.loss(batch(step)).classification.dataSync()[0]).toBe(
            loss.classification.dataSync()[0],
          );
        });
        expect(state.steps.dataSync()[0]).toBe(step + 2);
        expect(state.before[0]).toBe(step + 1);
      }
      steps.dispose();
    });

    test('goes on from a checkpoint as if it had not stopped', async () => {
      const wanted = losses(criterion(counting(), {}, { seed: 5 }), 0, 6);
      expect(new Set(wanted).size).toBe(6);
      for (const cut of [0, 1, 3, 6]) {
        const first = criterion(counting(), {}, { seed: 5 });
        const head = losses(first, 0, cut);
        const saved = JSON.parse(JSON.stringify(await first.save())) as CriterionCheckpoint;
        const second = criterion(counting(), {}, { seed: 99 });
        losses(second, 0, 2);
        second.restore(saved);
        expect([...head, ...losses(second, cut, 6)]).toEqual(wanted);
        // Saving changes nothing for the one that goes on.
        expect([...head, ...losses(first, cut, 6)]).toEqual(wanted);
        first.dispose();
        second.dispose();
      }
    });

    test('refuses the checkpoint of another strategy', async () => {
      const saved = await criterion(counting()).save();
      expect(() => criterion(plain()).restore(saved)).toThrow(
        "@equipoise/core: checkpoint.strategy: expected plain, got 'counting'",
      );
    });

    test('frees all it holds', async () => {
      const before = tf.memory().numTensors;
      const steps = criterion(counting());
      losses(steps, 0, 3);
      expect(tf.memory().numTensors - before).toBe(2);
      steps.restore(await steps.save());
      expect(tf.memory().numTensors - before).toBe(2);
      steps.dispose();
      expect(tf.memory().numTensors - before).toBe(0);
      steps.dispose();
      losses(steps, 0, 1);
      expect(tf.memory().numTensors - before).toBe(2);
      steps.dispose();
      expect(tf.memory().numTensors - before).toBe(0);
    });

    test('starts anew after dispose', () => {
      const steps = criterion(plain(counting() as never));
      const [first] = losses(steps, 0, 1);
      losses(steps, 1, 3);
      steps.dispose();
      // The random stream goes on; the state does not.
      const state = vi.fn<(state: unknown) => void>();
      const watched = counting();
      const spied = criterion({
        ...watched,
        apply: (samples, given, random) => {
          state(given.before[0]);
          return watched.apply(samples, given, random);
        },
      });
      losses(spied, 0, 2);
      spied.dispose();
      losses(spied, 0, 1);
      expect(state.mock.calls.flat()).toEqual([0, 1, 0]);
      expect(first).toBeGreaterThan(0);
      spied.dispose();
      steps.dispose();
    });

    test('has no box loss without deltas, and weighs it by boxWeight', () => {
      tf.tidy(() => {
        const samples = batch(1);
        const bare = criterion(plain()).loss(without(samples, 'deltas'));
        expect(bare.box.dataSync()[0]).toBe(0);
        expect(bare.total.dataSync()[0]).toBe(bare.classification.dataSync()[0]);
        const { total, classification, box } = criterion(plain(), {}, { boxWeight: 3 }).loss(samples);
        expect(box.dataSync()[0]).toBeGreaterThan(0);
        expect(total.dataSync()[0]).toBeCloseTo(classification.dataSync()[0]! + 3 * box.dataSync()[0]!, 5);
      });
    });

    test('takes the losses that a strategy gives in one piece', () => {
      tf.tidy(() => {
        const whole = plain({
          loss: (samples) => [
            { classification: tf.scalar(2), box: tf.scalar(5), weights: weightsOfAll(samples, 'sum') },
            undefined,
          ],
        });
        expect(criterion(whole, {}, { boxWeight: 2 }).loss(batch(1)).total.dataSync()[0]).toBe(12);
      });
    });

    test('gives weights without history', () => {
      const carrying = plain({
        apply: (samples) => {
          const all = weightsOfAll(samples, 'mean');
          const p = tf.mean(tf.sigmoid(samples.logits), 1);
          return [{ ...all, classification: tf.mul(all.classification, p) }, undefined];
        },
      });
      tf.tidy(() => {
        const samples = batch(1);
        const ofWeights = (logits: tf.Tensor): tf.Scalar => {
          const { weights, total } = criterion(carrying).loss({ ...samples, logits: logits as tf.Tensor2D });
          return tf.add(tf.sum(weights.classification), tf.mul(total, 0));
        };
        const gradient = tf.grad(ofWeights)(samples.logits).dataSync();
        expect(gradient.every((value) => value === 0)).toBe(true);
      });
    });

    test("takes the samples' own task before its own", () => {
      tf.tidy(() => {
        const softmax = randomSamples({ seed: 1, n: 8, classes: 2, images: 1, activation: 'softmax' });
        const own = criterion(plain(), { activation: 'softmax' }).loss(softmax).classification;
        const task = { ...defaultTask, activation: 'softmax' as const };
        const theirs = criterion(plain()).loss({ ...softmax, task }).classification;
        expect(theirs.dataSync()[0]).toBe(own.dataSync()[0]);
      });
    });

    test('asks for what the strategy needs, by name', () => {
      tf.tidy(() => {
        const needy = plain({ name: 'needy', needs: ['deltas', 'level'] });
        expect(() => criterion(needy).loss(without(batch(1), 'level'))).toThrow(
          '@equipoise/core: samples.level: expected a tensor, which needy needs, got undefined',
        );
      });
    });

    test('refuses options and tasks it does not know', () => {
      expect(() => criterion(plain(), {}, { sead: 1 } as never)).toThrow(
        "@equipoise/core: option sead: expected one of seed, boxWeight, checked, got 'sead'",
      );
      expect(() => criterion(plain(), {}, { seed: 0.5 })).toThrow(
        'option seed: expected an integer, got 0.5',
      );
      expect(() => criterion(plain(), {}, { boxWeight: -1 })).toThrow(
        'option boxWeight: expected a number ≥ 0',
      );
      expect(() => criterion(plain(), { activaton: 'softmax' } as never)).toThrow('option activaton');
      expect(() => criterion(plain(), { activation: 'relu' as never })).toThrow(
        "option activation: expected one of sigmoid, softmax, got 'relu'",
      );
      expect(() => criterion(plain(), { boxLoss: 'l1' as never })).toThrow(
        'option boxLoss: expected a box loss',
      );
      expect(() => criterion(plain(), { coder: {} as never })).toThrow('option coder: expected a box coder');
    });
  });

  describe('the checked mode', () => {
    const spoiled = (): Samples => {
      const samples = batch(1);
      const logits = samples.logits.arraySync();
      logits[7]![1] = NaN;
      return { ...samples, logits: tf.tensor2d(logits) };
    };

    test('names the first sample at fault, before anything is computed', () => {
      tf.tidy(() => {
        const apply = vi.fn<SoftStrategy['apply']>();
        expect(() => criterion(plain({ apply }), {}, { checked: true }).loss(spoiled())).toThrow(
          '@equipoise/core: samples.logits of sample 7: expected finite numbers, got NaN',
        );
        expect(apply).not.toHaveBeenCalled();
        expect(criterion(plain(), {}, { checked: true }).loss(batch(1)).total.dataSync()[0]).toBeGreaterThan(
          0,
        );
      });
    });

    test('reads nothing when off', () => {
      tf.tidy(() => {
        const [bad, good] = [spoiled(), batch(1)];
        // Of the samples: an operation may read what it made itself, where that costs nothing.
        const [readsOfBad, readsOfGood] = [bad, good].map(({ logits }) => vi.spyOn(logits, 'dataSync'));
        criterion(plain()).loss(bad);
        expect(readsOfBad).not.toHaveBeenCalled();
        criterion(plain(), {}, { checked: true }).loss(good);
        expect(readsOfGood).toHaveBeenCalled();
      });
    });
  });
});
