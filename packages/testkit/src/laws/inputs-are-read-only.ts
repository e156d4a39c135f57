import type { Samples, SavedState, StrategyState } from '@equipoise/core';
import { saveState, seededRandom } from '@equipoise/core';
import { memory } from '@tensorflow/tfjs-core';
import { disposeSamples, samplesOf, tensorsOf } from '../batches/samples-of.ts';
import { compute, read } from '../support/observe.ts';
import { releaseState } from '../support/states.ts';
import { defineLaw, type Law } from './law.ts';

/** A step leaves the samples and the state it is given as they are, bit for bit, and makes no tensor that outlives it but the next state. */
export const inputsAreReadOnly: Law = defineLaw({
  name: 'samples and state are read, not changed, and nothing leaks',
  steps: 2,
  maxRows: 12,
  async check({ make }, { seed, batches: [first, second] }) {
    const tensors = memory().numTensors;
    const strategy = make();
    const random = seededRandom(seed);
    const initial = strategy.init();
    const warmUp = samplesOf(first!);
    const { tensors: unread, next: state } = undisposed(warmUp, () =>
      compute(strategy, warmUp, initial, random),
    );
    await read(unread);
    disposeSamples(warmUp);

    const samples = Object.freeze(samplesOf(second!));
    const before = await valuesOf(samples);
    const stateBefore = await textOf(state);
    const step = undisposed(samples, () => compute(strategy, samples, state, random));
    demandUndisposed(samples);
    const after = await valuesOf(samples);
    before.forEach(([field, values], f) => {
      const at = values.findIndex((value, i) => !Object.is(value, after[f]![1][i]));
      if (at >= 0) throw new Error(`samples.${field} was changed at [${at}]`);
    });
    if ((await textOf(state)) !== stateBefore) throw new Error('the state that was handed in was changed');

    await read(step.tensors);
    releaseState(initial, state, step.next);
    disposeSamples(samples);
    const left = memory().numTensors - tensors;
    if (left !== 0) throw new Error(`${left} tensors leaked`);
  },
});

/** What a step gives. Where it fails because it has disposed its inputs, that is told instead of what came of it. */
function undisposed<T>(samples: Samples, step: () => T): T {
  try {
    return step();
  } catch (error) {
    demandUndisposed(samples);
    throw error;
  }
}

function demandUndisposed(samples: Samples): void {
  for (const [field, tensor] of tensorsOf(samples)) {
    if (tensor.isDisposed) throw new Error(`samples.${field} was disposed`);
  }
}

async function valuesOf(samples: Samples): Promise<[string, Float32Array | Int32Array][]> {
  return Promise.all(
    tensorsOf(samples).map(async ([field, tensor]): Promise<[string, Float32Array | Int32Array]> => [
      field,
      (await tensor.data<'float32' | 'int32'>()).slice(),
    ]),
  );
}

async function textOf(state: StrategyState): Promise<string> {
  return JSON.stringify(await saveState(state), (_key, value: SavedState | number) =>
    Object.is(value, -0) ? '-0' : value,
  );
}
