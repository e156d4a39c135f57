import { EquipoiseError, seededRandom } from '@equipoise/core';
import { dispose } from '@tensorflow/tfjs-core';
import type { Setting } from '../batches/batch-arbitrary.ts';
import { columnsOf, type Batch } from '../batches/batch.ts';
import { disposeSamples, samplesOf } from '../batches/samples-of.ts';
import { compute } from '../support/observe.ts';
import { releaseState } from '../support/states.ts';
import type { Make } from './law.ts';

/**
 * The activations and box losses that a strategy accepts. One that is made for sigmoid alone says so with an EquipoiseError.
 *
 * @throws that error, if it accepts none.
 */
export function settingsOf(make: Make): readonly Setting[] {
  const refusals: unknown[] = [];
  const accepted = (['sigmoid', 'softmax'] as const)
    .flatMap((activation) => (['smooth-l1', 'giou'] as const).map((boxLoss) => ({ activation, boxLoss })))
    .filter((setting) => {
      const refusal = refusalOf(make, setting);
      if (refusal) refusals.push(refusal);
      return !refusal;
    });
  if (accepted.length === 0) throw refusals[0];
  return accepted;
}

function refusalOf(make: Make, setting: Setting): unknown {
  const samples = samplesOf(probe(setting));
  try {
    const strategy = make();
    const state = strategy.init();
    const { tensors, next } = compute(strategy, samples, state, seededRandom(0));
    dispose(Object.values(tensors));
    releaseState(state, next);
    return undefined;
  } catch (error) {
    // What is no refusal is left to the laws, which say more of it.
    return error instanceof EquipoiseError ? error : undefined;
  } finally {
    disposeSamples(samples);
  }
}

function probe(setting: Setting): Batch {
  const columns = columnsOf({ ...setting, classes: 2 });
  const row = {
    weight: 1,
    image: 0,
    level: 0,
    deltas: [0, 0, 0, 0],
    deltaTargets: [0, 0, 0, 0],
    anchor: [0, 0, 8, 8],
  };
  return {
    ...setting,
    classes: 2,
    images: 1,
    fields: ['weights', 'image', 'level', 'groundTruth', 'deltas', 'deltaTargets', 'anchors', 'maxOverlaps'],
    rows: [
      { ...row, label: 0, groundTruth: 0, logits: [1, 0, 0].slice(0, columns), maxOverlap: 0.75 },
      { ...row, label: 2, groundTruth: -1, logits: [0, 1, 0].slice(0, columns), maxOverlap: 0.25 },
    ],
  };
}
