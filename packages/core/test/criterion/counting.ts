import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { add, mul, scalar, tensor1d } from '@tensorflow/tfjs-core';
import type { SoftStrategy } from '../../src/index.ts';
import { weightsOfAll } from '../../src/index.ts';

/** What {@link counting} remembers: the steps so far in a tensor, in a number, and in a list. */
export type Count = { readonly steps: Scalar; readonly before: readonly [number, Scalar] };

/** A strategy whose weights are the label weights times a random number each, times the steps so far + 1. */
export function counting(): SoftStrategy<Count> {
  return {
    kind: 'soft',
    name: 'counting',
    options: {},
    needs: [],
    init: () => ({ steps: scalar(1), before: [0, scalar(0)] }),
    apply(samples, { steps, before: [count] }, random) {
      const all = weightsOfAll(samples, 'mean');
      const chance: Tensor1D = tensor1d(random.uniform(samples.labels.size));
      const factor = mul(mul(chance, steps), count + 1);
      return [
        { ...all, classification: mul(all.classification, factor) },
        { steps: add(steps, 1), before: [count + 1, steps] },
      ];
    },
  };
}
