import type { HardStrategy, SampleWeights, Samples, SoftStrategy } from '@equipoise/core';
import {
  imageCount,
  imageOf,
  labelWeights,
  perImage,
  selectTopK,
  weightsOfAll,
  weightsOfSelection,
} from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { add, cast, div, greater, mul, scalar, tensor1d } from '@tensorflow/tfjs-core';

/** A soft strategy that keeps the laws: each sample weighs 1 + 1 / (1 + steps so far), the steps counted in its state. */
export function toy(changes: Partial<SoftStrategy<Scalar>> = {}): SoftStrategy<Scalar> {
  return {
    kind: 'soft',
    name: 'toy',
    options: { start: 0 },
    needs: [],
    init: () => scalar(0),
    apply(samples, steps) {
      const factor = add(div(1, add(steps, 1)), 1);
      const all = weightsOfAll(samples, 'mean');
      return [{ ...all, classification: mul(all.classification, factor) }, add(steps, 1)];
    },
    ...changes,
  };
}

/** A hard strategy that keeps the laws: half of the labelled samples of each image at random. */
export function toyChoice(changes: Partial<HardStrategy> = {}): HardStrategy {
  return {
    kind: 'hard',
    name: 'toy-choice',
    options: {},
    needs: [],
    init() {},
    apply(samples, _state, random) {
      return [chosen(samples, tensor1d(random.uniform(samples.logits.shape[0]))), undefined];
    },
    ...changes,
  };
}

/** The weights where the labelled samples of highest score train, half of each image. */
export function chosen(samples: Samples, scores: Tensor1D): SampleWeights {
  const eligible = cast<Tensor1D>(greater(labelWeights(samples), 0), 'float32');
  const k = div<Tensor1D>(perImage(samples, eligible), 2);
  const selection = selectTopK(
    { scores, eligible, image: imageOf(samples), k },
    { imageCount: imageCount(samples) },
  );
  return weightsOfSelection(samples, selection, 'selected');
}
