import type { Given } from '@equipoise/core';
import { checkOptions, choiceOption, demand, numberOption } from '@equipoise/core';
import type { Scalar } from '@tensorflow/tfjs-core';
import { pickAsMmdet, pickIndicesAsMmdet } from './iou-balanced-mmdet.ts';
import { pickAsPaper, pickIndicesAsPaper } from './iou-balanced-paper.ts';
import type { Picker } from './picker.ts';

/** Options of {@link iouBalanced}. */
export interface IouBalancedOptions {
  /** How many bins of IoU, an integer ≥ 1. Default 3. */
  readonly bins: number;
  /** `paper` (default), or `mmdet` with its defects. See {@link iouBalanced}. */
  readonly preset: 'paper' | 'mmdet';
  /** Upper end of the last bin in `paper`: the IoU below which the assigner calls an anchor negative, in (0, 1]. Default .5. */
  readonly negativeIou: number;
  /** `mmdet` only: IoU below which a negative belongs to the floor, in [0, 1]; 0 for IoU = 0, -1 for no floor. Default -1. */
  readonly floorThreshold: number;
  /** `mmdet` only: share of the negatives that is left to the floor, in [0, 1]. Default 0. */
  readonly floorFraction: number;
}

/** Nothing, or for `mmdet` a scalar: 1 once negatives had to be chosen. */
export type IouBalancedState = Scalar | undefined;

/**
 * Chooses about as many negatives of each range of IoU, since half of the hard ones overlap an object and few of all do. Of N wanted
 * negatives of an image each of K bins gives up to ⌊N / K⌋ at random; what is open then is filled at random from the rest. Libra R-CNN §3.1.
 *
 * - `paper`: K equal bins over [0, negativeIou], the last one closed, of the negatives alone; no state.
 * - `mmdet`: `IoUBalancedNegSampler` of mmdetection 3.3. Bins reach to the largest IoU of *all* samples, positives too, so that the
 *   upper ones stay empty, and that IoU itself is in none; with `floorThreshold` -1 negatives of IoU 0 take part in the first choice
 *   only: from the second on they are the floor, which serves when overlapping negatives run out. That hidden flag is this picker's state.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or belongs to the other preset.
 */
export function iouBalanced(options: Given<IouBalancedOptions> = {}): Picker<IouBalancedState> {
  const inForce = checkOptions<IouBalancedOptions>(
    '@equipoise/random',
    {
      bins: numberOption(3, { min: 1, integer: true }),
      preset: choiceOption(['paper', 'mmdet'], 'paper'),
      negativeIou: {
        ...numberOption(0.5, { min: Number.MIN_VALUE, max: 1 }),
        expected: 'a number in (0, 1]',
      },
      floorThreshold: {
        default: -1,
        expected: 'a number in [0, 1], or -1',
        accepts: (value) => typeof value === 'number' && (value === -1 || (value >= 0 && value <= 1)),
      },
      floorFraction: numberOption(0, { min: 0, max: 1 }),
    },
    options,
  );
  const mmdet = inForce.preset === 'mmdet';
  for (const name of mmdet ? (['negativeIou'] as const) : (['floorThreshold', 'floorFraction'] as const)) {
    demand(options[name] === undefined, {
      package: '@equipoise/random',
      subject: `option ${name}`,
      expected: `nothing with preset ${inForce.preset}`,
      actual: options[name],
    });
  }
  const { bins, preset, negativeIou, floorThreshold, floorFraction } = inForce;
  const floor = { bins, floorThreshold, floorFraction };
  const shared = { name: 'iou-balanced', needs: ['maxOverlaps'] } as const;
  if (mmdet) {
    return {
      ...shared,
      options: { preset, ...floor },
      ...pickAsMmdet(floor),
      pickIndices: (request) => pickIndicesAsMmdet(request, floor),
    };
  }
  return {
    ...shared,
    options: { preset, bins, negativeIou },
    init: () => undefined,
    pick: (request, _state, random) => [pickAsPaper(request, random, bins, negativeIou), undefined],
    pickIndices: (request) => pickIndicesAsPaper(request, bins, negativeIou),
  };
}
