import type { Samples } from '@equipoise/core';
import { imageCount, imageOf, perImage, spread } from '@equipoise/core';
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  cumsum,
  div,
  equal,
  floor,
  gather,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  logicalOr,
  max,
  maximum,
  minimum,
  mul,
  range,
  scalar,
  sub,
  sum,
  tensor1d,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import { atRandom, joined, preferring, someOf, without } from './at-random.ts';
import { binned, ofEachBin } from './bins.ts';
import type { IouBalancedState } from './iou-balanced.ts';
import type { IndexRequest, Picker, PickRequest } from './picker.ts';

const { fround } = Math;

/** The options that matter to mmdetection's sampler. */
interface Floor {
  readonly bins: number;
  readonly floorThreshold: number;
  readonly floorFraction: number;
}

/** mmdetection's IoU-balanced choice on the device, image after image as far as its hidden flag goes. */
export function pickAsMmdet(options: Floor): Pick<Picker<IouBalancedState>, 'init' | 'pick'> {
  const { bins, floorThreshold, floorFraction } = options;
  const hasState = floorThreshold === -1;
  return {
    init: () => (hasState ? scalar(0) : undefined),
    pick(request, state, random) {
      const { samples, eligible, k } = request;
      const n = samples.logits.shape[0];
      const chooses = tidy(() => cast<Tensor1D>(greater(perImage(samples, eligible), k), 'float32'));
      const mask = tidy(() => {
        const overlaps = samples.maxOverlaps!;
        const [low, overlapping] = split(
          samples,
          overlaps,
          floorThreshold,
          state && firstChoice(state, chooses),
        );
        const [atFloor, above] = [mul<Tensor1D>(eligible, low), mul<Tensor1D>(eligible, overlapping)];
        const wantedAbove = floor(mul<Tensor1D>(k, 1 - floorFraction));
        const start = Math.max(0, floorThreshold);
        const balanced = bins === 1 ? above : balancedOver(request, above, wantedAbove, start, options);
        const keys = tensor1d(random.uniform(n));
        const chosenAbove = preferring(balanced, { samples, eligible: above, k: wantedAbove, keys });
        const left = sub<Tensor1D>(k, perImage(samples, chosenAbove));
        const chosen = add<Tensor1D>(chosenAbove, atRandom({ ...request, eligible: atFloor, k: left }));
        return preferring(chosen, { ...request, keys });
      });
      return [mask, state && tidy(() => minimum<Scalar>(1, add(state, sum(chooses))))];
    },
  };
}

/** [imageCount] 1 where no image before had a choice to make. */
function firstChoice(state: Scalar, chooses: Tensor1D): Tensor1D {
  const before = add(cumsum(chooses, 0, true), state);
  return cast(equal(before, 0), 'float32');
}

/** [n] masks of IoU that belong to the floor, and of IoU that is sampled by bins. */
function split(
  samples: Samples,
  overlaps: Tensor1D,
  threshold: number,
  first: Tensor1D | undefined,
): readonly [Tensor1D, Tensor1D] {
  const asNumbers = (mask: Tensor1D): Tensor1D => cast(mask, 'float32');
  if (threshold > 0) {
    return [
      asNumbers(logicalAnd(greaterEqual(overlaps, 0), less(overlaps, threshold))),
      asNumbers(greaterEqual(overlaps, threshold)),
    ];
  }
  const zero = equal<Tensor1D>(overlaps, 0);
  const positive = greater<Tensor1D>(overlaps, 0);
  if (!first) return [asNumbers(zero), asNumbers(positive)];
  const isFirst = cast<Tensor1D>(gather(first, imageOf(samples)), 'bool');
  const sampledAtFirst = logicalAnd(isFirst, greater(overlaps, -1));
  return [
    mul<Tensor1D>(asNumbers(zero), sub(1, asNumbers(isFirst))),
    asNumbers(logicalOr(positive, sampledAtFirst)),
  ];
}

/** Up to ⌊wanted / bins⌋ of each half-open bin between `start` and the largest IoU of the image. */
function balancedOver(
  { samples, keys }: PickRequest,
  eligible: Tensor1D,
  wanted: Tensor1D,
  start: number,
  { bins }: Floor,
): Tensor1D {
  const overlaps = samples.maxOverlaps!;
  const width = div(sub(gather(largestPerImage(samples), imageOf(samples)), start), bins);
  const edge = (i: number): Tensor1D => add(start, mul(width, i));
  // The bin of a sample is the number of upper edges at or below it; what lies outside of all is in none.
  let bin = mul<Tensor1D>(overlaps, 0);
  for (let i = 1; i < bins; i += 1) bin = add(bin, cast(greaterEqual(overlaps, edge(i)), 'float32'));
  const inside = logicalAnd(greaterEqual(overlaps, start), less(overlaps, edge(bins)));
  const inBins = mul<Tensor1D>(eligible, cast(inside, 'float32'));
  return ofEachBin({ samples, eligible: inBins, k: floor(div<Tensor1D>(wanted, bins)), keys }, bin, bins);
}

/** [imageCount] the largest IoU in each image, at least 0. */
function largestPerImage(samples: Samples): Tensor1D {
  const images = imageCount(samples);
  const overlaps = maximum<Tensor1D>(samples.maxOverlaps!, 0);
  const image = spread(cast(imageOf(samples), 'float32'), images);
  const own = equal<Tensor2D>(image, range(0, images));
  return max(where(own, spread(overlaps, images), 0), 0);
}

/** mmdetection's code, line by line. */
export function pickIndicesAsMmdet(request: IndexRequest, options: Floor): Int32Array {
  const { eligible, count, candidates, random, again } = request;
  const { bins, floorFraction } = options;
  const overlaps = Float32Array.from(candidates.maxOverlaps!);
  const threshold = options.floorThreshold === -1 && again ? 0 : options.floorThreshold;
  const [atFloor, above] = splitIndices(eligible, overlaps, threshold);
  const wantedAbove = Math.trunc(count * (1 - floorFraction));
  let chosenAbove = above;
  if (above.length > wantedAbove) {
    const binOf = halfOpenBins(overlaps, Math.max(0, threshold), bins);
    chosenAbove =
      bins === 1 ? someOf(above, wantedAbove, random) : binned(above, wantedAbove, bins, binOf, random);
  }
  const chosen = joined(someOf(atFloor, count - chosenAbove.length, random), chosenAbove);
  return joined(chosen, someOf(without(eligible, chosen), count - chosen.length, random));
}

function splitIndices(
  indices: Int32Array,
  overlaps: Float32Array,
  threshold: number,
): readonly [Int32Array, Int32Array] {
  const ofOverlap = (accepts: (overlap: number) => boolean): Int32Array =>
    indices.filter((i) => accepts(overlaps[i]!));
  if (threshold > 0) {
    return [ofOverlap((o) => o >= 0 && o < threshold), ofOverlap((o) => o >= threshold)];
  }
  if (threshold === 0) return [ofOverlap((o) => o === 0), ofOverlap((o) => o > 0)];
  return [new Int32Array(0), ofOverlap((o) => o > -1)];
}

/** Edges in float32, as NumPy compares them. */
function halfOpenBins(overlaps: Float32Array, start: number, bins: number): (index: number) => number {
  const largest = overlaps.reduce((most, overlap) => Math.max(most, overlap), 0);
  const width = (largest - start) / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => fround(start + i * width));
  return (index) =>
    edges.findIndex((edge, i) => i < bins && overlaps[index]! >= edge && overlaps[index]! < edges[i + 1]!);
}
