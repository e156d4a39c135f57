import type { Random } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { clipByValue, div, floor, mul, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { preferring } from './at-random.ts';
import { binned, ofEachBin } from './bins.ts';
import type { IndexRequest, PickRequest } from './picker.ts';

const { fround } = Math;

/** The paper's IoU-balanced choice on the device. */
export function pickAsPaper(
  request: PickRequest,
  random: Random,
  bins: number,
  negativeIou: number,
): Tensor1D {
  return tidy(() => {
    const { samples, k } = request;
    const scaled = mul<Tensor1D>(samples.maxOverlaps!, bins / negativeIou);
    const bin = clipByValue<Tensor1D>(floor(scaled), 0, bins - 1);
    const perBin = floor(div<Tensor1D>(k, bins));
    const balanced = ofEachBin({ ...request, k: perBin }, bin, bins);
    return preferring(balanced, { ...request, keys: tensor1d(random.uniform(samples.logits.shape[0])) });
  });
}

/** The same in plain numbers. */
export function pickIndicesAsPaper(request: IndexRequest, bins: number, negativeIou: number): Int32Array {
  const { eligible, count, candidates, random } = request;
  const scale = fround(bins / negativeIou);
  const binOf = (i: number): number =>
    Math.min(bins - 1, Math.max(0, Math.floor(fround(fround(candidates.maxOverlaps![i]!) * scale))));
  return binned(eligible, count, bins, binOf, random);
}
