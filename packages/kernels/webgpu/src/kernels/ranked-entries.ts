import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Sorted } from './radix-sort.ts';
import { sortByScore } from './rank-keys.ts';
import { defineScan } from './scan.ts';
import { DESCENDING_KEY } from './sort-keys.ts';

/** WGSL `scoreOf(key)`: what `descendingKey` was made of. */
export const SCORE_OF = `
fn scoreOf(key: u32) -> f32 { return bitcast<f32>(select(key, ~key & 0x7fffffffu, key < 0x80000000u)); }`;

/**
 * WGSL for sums over the entries near a score, in the smoothed step H(x) = 0 below −δ, 1 above δ, a line between. The shader has `keys`
 * and a uniform `delta: f32`.
 *
 * - `windowOf(score)`: x entries lie wholly above it, s − score ≥ δ; y do not lie wholly below it, s − score > −δ;
 * - `partly(weight, moment, score, sign)`: Σ w H(sign (s − score)) over those between, of Σ w and Σ w s.
 */
export const WINDOWS: string = `
${DESCENDING_KEY}
${SCORE_OF}
/** How many keys are below the given one, or no higher where \`with_equal\` is 1. */
fn keysUpTo(key: u32, with_equal: u32) -> u32 {
  var low = 0u;
  var high = u.count;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (keys[middle] < key || (with_equal == 1u && keys[middle] == key)) { low = middle + 1u; } else { high = middle; }
  }
  return low;
}
fn windowOf(score: f32) -> vec2u {
  return vec2u(keysUpTo(descendingKey(score + u.delta), 1u), keysUpTo(descendingKey(score - u.delta), 0u));
}
fn partly(weight: f32, moment: f32, score: f32, sign: f32) -> f32 {
  if (u.delta == 0.0f) { return 0.0f; }
  return (moment - score * weight) * (sign / (2.0f * u.delta)) + 0.5f * weight;
}`;

/** WGSL `aboveOf(score)` of a positive: the false positives above it, and its rank. The shader has {@link WINDOWS} and `counts`. */
export const RANK_OF_POSITIVE = `
fn aboveOf(score: f32) -> vec2f {
  let window = windowOf(score);
  let whole = counts[window.x];
  let end = counts[max(window.x, window.y)];
  let near = vec2f(end.xy - whole.xy);
  let moment = bitcast<vec2f>(end.zw) - bitcast<vec2f>(whole.zw);
  let falsely = max(f32(whole.y) + partly(near.y, moment.y, score, 1.0f), 0.0f);
  return vec2f(falsely, f32(whole.x) + partly(near.x, moment.x, score, 1.0f) + 0.5f + falsely);
}`;

/** WGSL `pushOn(score)` of a negative: what the positives below it share out. The shader has {@link WINDOWS} and `shares`, from each place on. */
export const PUSH_ON_NEGATIVE = `
fn pushOn(score: f32) -> f32 {
  let window = windowOf(score);
  let whole = shares[window.y];
  let near = shares[min(window.x, window.y)] - whole;
  return whole.x + partly(near.x, near.y, score, -1.0f);
}`;

/** Before each place: positives, negatives, and the bits of the sums of their scores. */
const countEntries = defineScan('RankingCounts', {
  read: { keys: 'u32', order: 'u32', targets: 'f32' },
  type: 'vec4u',
  words: 4,
  combine: 'vec4u(a.xy + b.xy, bitcast<vec2u>(bitcast<vec2f>(a.zw) + bitcast<vec2f>(b.zw)))',
  identity: 'vec4u()',
  declarations: SCORE_OF,
  value: `
  let target_ = targets[order[i]];
  if (target_ < 0.0f) { return vec4u(); }
  let score = bitcast<u32>(scoreOf(keys[i]));
  return select(vec4u(0u, 1u, 0u, score), vec4u(1u, 0u, score, 0u), target_ > 0.0f);`,
  reversed: false,
});

/** Entries by descending score, ignored ones last; to be released. */
export interface RankedEntries extends Sorted {
  /** [m + 1, 4] before each place: positives and negatives, as u32; Σ scores of both, as bits of float32. */
  readonly counts: TensorInfo;
}

/** Sorts the entries of a ranking loss and counts along. Throws where m entries of 16 bytes do not fit a binding. */
export function rankEntries(scores: TensorInfo, targets: TensorInfo): RankedEntries {
  const count = scores.shape[0]!;
  const { keys, order } = sortByScore(scores, targets, 'not negative');
  return { keys, order, counts: countEntries(count, [keys, order, targets]) };
}
