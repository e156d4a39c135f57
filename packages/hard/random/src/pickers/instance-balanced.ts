import type { Given, Samples } from '@equipoise/core';
import { checkOptions, choiceOption, imageOf, perImage } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  equal,
  floor,
  gather,
  less,
  lessEqual,
  maximum,
  mod,
  mul,
  sub,
  tensor1d,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import { atRandom, joined, preferring, someOf, without } from './at-random.ts';
import type { IndexRequest, Picker, PickRequest } from './picker.ts';
import { rankWithinGroup } from './rank-within-group.ts';

/** Options of {@link instanceBalanced}. */
export interface InstanceBalancedOptions {
  /**
   * `corrected` (default): what the quotas leave open is filled from the samples that are not chosen yet. `mmdet`: it is filled from
   * all samples, chosen or not, so that fewer are chosen than wanted: a defect of mmdetection 2 and 3.
   */
  readonly preset: 'corrected' | 'mmdet';
}

/**
 * Chooses about as many samples of each ground truth: of G ground truths with samples in an image, each gives up to
 * round(k / G) + 1 at random (a half rounds to the even number). Too many are cut at random, too few filled at random. Libra R-CNN's
 * code, `InstanceBalancedPosSampler`.
 *
 * @throws EquipoiseError for an option that is unknown or not allowed.
 */
export function instanceBalanced(options: Given<InstanceBalancedOptions> = {}): Picker {
  const inForce = checkOptions<InstanceBalancedOptions>(
    '@equipoise/random',
    { preset: choiceOption(['corrected', 'mmdet'], 'corrected') },
    options,
  );
  const repeats = inForce.preset === 'mmdet';
  return {
    name: 'instance-balanced',
    options: { ...inForce },
    needs: ['groundTruth'],
    init() {},
    pick(request, _state, random) {
      const { samples } = request;
      const mask = tidy(() => {
        const balanced = withinQuota(request);
        const anew = { ...request, keys: tensor1d(random.uniform(samples.logits.shape[0])) };
        return repeats ? filledFromAll(balanced, anew) : preferring(balanced, anew);
      });
      return [mask, undefined];
    },
    pickIndices: (request) => pickIndices(request, repeats),
  };
}

/** [n] mask of up to round(k / G) + 1 samples of each ground truth, whatever their sum. */
function withinQuota({ samples, eligible, k, keys }: PickRequest): Tensor1D {
  const ranks = rankWithinGroup({ scores: keys, eligible, group: samples.groundTruth! }, {});
  const instances = perImage(samples, cast<Tensor1D>(equal(ranks, 0), 'float32'));
  const quota = add<Tensor1D>(halfToEven(div(k, maximum<Tensor1D>(instances, 1))), 1);
  return mul<Tensor1D>(cast(less(ranks, ofImage(samples, quota)), 'float32'), eligible);
}

/** mmdetection's fill: the missing samples are drawn from all, and what is drawn twice counts once. */
function filledFromAll(balanced: Tensor1D, request: PickRequest): Tensor1D {
  const { samples, eligible, k } = request;
  const cut = atRandom({ ...request, eligible: balanced });
  const missing = maximum<Tensor1D>(sub(k, perImage(samples, balanced)), 0);
  const filled = maximum<Tensor1D>(cut, atRandom({ ...request, k: missing }));
  const noChoice = lessEqual<Tensor1D>(perImage(samples, eligible), k);
  const takesAll = cast<Tensor1D>(ofImage(samples, cast(noChoice, 'float32')), 'bool');
  return where<Tensor1D>(takesAll, eligible, filled);
}

function pickIndices({ eligible, count, candidates, random }: IndexRequest, repeats: boolean): Int32Array {
  const { gtInds } = candidates;
  const instances = new Set(Array.from(eligible, (i) => gtInds[i]!).toSorted((a, b) => a - b));
  const quota = evenRound(count / instances.size) + 1;
  const parts = [...instances].map((instance) =>
    someOf(
      eligible.filter((i) => gtInds[i] === instance),
      quota,
      random,
    ),
  );
  const balanced = joined(...parts);
  if (balanced.length >= count) return someOf(balanced, count, random);
  const rest = repeats ? eligible : without(eligible, balanced);
  return joined(balanced, someOf(rest, count - balanced.length, random));
}

/** [n] what each sample's image has of a [imageCount] vector. */
function ofImage(samples: Samples, values: Tensor1D): Tensor1D {
  return gather(values, imageOf(samples));
}

/** Python's `round`: a half goes to the even number. */
function evenRound(value: number): number {
  const up = Math.floor(value + 0.5);
  return up - value === 0.5 && up % 2 === 1 ? up - 1 : up;
}

/** The same on the device; backends differ in what `tf.round` does with halves. */
function halfToEven(values: Tensor1D): Tensor1D {
  const up = floor(add<Tensor1D>(values, 0.5));
  const oddHalf = mul(cast(equal(sub(up, values), 0.5), 'float32'), mod(up, 2));
  return sub(up, oddHalf);
}
