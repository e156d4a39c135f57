import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, clear, defineKernel, floatBits, release } from '../runtime/kernel.ts';
import { defineEach, forEach } from './each.ts';
import { PUSH_ON_NEGATIVE, RANK_OF_POSITIVE, rankEntries, SCORE_OF, WINDOWS } from './ranked-entries.ts';
import { defineScan } from './scan.ts';

/** What is known of a positive, and what is found of it: errors, what it shares out to a negative and to a positive above it. */
const POSITIVE = `
struct Positive { score: f32, quality: f32, entry: u32 }
struct Found { share: f32, ranking: f32, sorting: f32, each: f32 }
fn countOfPositives() -> u32 { return counts[u.count].x; }`;

/** WGSL `stepOf(x)`: H(x). The shader has a uniform `delta: f32`. */
const STEP = `
fn stepOf(x: f32) -> f32 {
  if (u.delta == 0.0f) { return select(0.0f, 1.0f, x >= 0.0f); }
  return saturate(x / (2.0f * u.delta) + 0.5f);
}`;

/** Positives side by side, by descending score. */
const listPositives = defineEach(
  'RankSortPositives',
  () => ({
    types: POSITIVE,
    read: { keys: 'u32', order: 'u32', targets: 'f32', counts: 'vec4u' },
    write: { positives: 'Positive' },
    declarations: SCORE_OF,
    body: `
    let p = counts[i].x;
    if (counts[i + 1u].x == p) { continue; }
    let entry = order[i];
    positives[p] = Positive(scoreOf(keys[i]), targets[entry], entry);`,
  }),
  [{}],
);

/**
 * Errors of each positive. The sorting error is a difference of two means of 1 − y, over all positives above and over those of no lower
 * quality. As below it is a sum of what is not negative, and keeps its digits where the means are equal but for a few.
 */
const errorsOfPositives = defineEach(
  'RankSortErrors',
  () => ({
    types: POSITIVE,
    read: { keys: 'u32', counts: 'vec4u', positives: 'Positive' },
    write: { found: 'Found' },
    uniform: { delta: 'f32' },
    declarations: `${WINDOWS}${RANK_OF_POSITIVE}${STEP}
/** As the reference's ε. */
const SMALLEST = 1e-10f;`,
    body: `
    if (i >= countOfPositives()) { break; }
    let own = positives[i];
    let window = windowOf(own.score);
    let end = counts[max(window.x, window.y)].x;
    // Σ H, and Σ H |y − own y|.
    var lower = vec2f();
    var others = vec2f();
    for (var k = 0u; k < end; k++) {
      let other = positives[k];
      let h = stepOf(other.score - own.score);
      let better = other.quality - own.quality;
      if (better < 0.0f) { lower += vec2f(h, -h * better); } else { others += vec2f(h, h * better); }
    }
    let falsely = aboveOf(own.score).x;
    let rank = lower.x + others.x;
    let each = select(0.0f, (lower.y / lower.x + others.y / others.x) / rank, lower.x > SMALLEST);
    found[i] = Found(1.0f / (rank + falsely), falsely / (rank + falsely), each * lower.x, each);`,
  }),
  [{}],
);

/** From each place on: what each positive shares out to negatives, that times its score, and both errors, summed up. */
const sharesBelow = defineScan('RankSortShares', {
  read: { counts: 'vec4u', positives: 'Positive', found: 'Found' },
  type: 'vec4f',
  words: 4,
  combine: 'a + b',
  identity: 'vec4f()',
  declarations: POSITIVE,
  value: `
  let p = counts[i].x;
  if (counts[i + 1u].x == p) { return vec4f(); }
  let own = found[p];
  return vec4f(own.share, own.share * positives[p].score, own.ranking, own.sorting);`,
  reversed: true,
});

const gradientsOfPositives = defineEach(
  'RankSortPositiveGradient',
  () => ({
    types: POSITIVE,
    read: { keys: 'u32', counts: 'vec4u', positives: 'Positive', found: 'Found' },
    write: { gradient: 'f32' },
    uniform: { delta: 'f32' },
    declarations: WINDOWS + STEP,
    body: `
    let positive_count = countOfPositives();
    if (i >= positive_count) { break; }
    let own = positives[i];
    let window = windowOf(own.score);
    var pulled = 0.0f;
    for (var k = counts[min(window.x, window.y)].x; k < positive_count; k++) {
      let other = positives[k];
      if (other.quality > own.quality) { pulled += stepOf(own.score - other.score) * found[k].each; }
    }
    gradient[own.entry] = (pulled - found[i].ranking - found[i].sorting) / f32(positive_count);`,
  }),
  [{}],
);

/** Of all that are no positives; and both losses. */
const gradientsOfOthers = defineEach(
  'RankSortGradient',
  () => ({
    read: { keys: 'u32', order: 'u32', counts: 'vec4u', shares: 'vec4f' },
    write: { gradient: 'f32', ranking: 'f32', sorting: 'f32' },
    uniform: { delta: 'f32' },
    declarations: WINDOWS + PUSH_ON_NEGATIVE,
    body: `
    let positives = f32(max(counts[u.count].x, 1u));
    if (i == 0u) {
      ranking[0] = shares[0].z / positives;
      sorting[0] = shares[0].w / positives;
    }
    let kind = counts[i + 1u].xy - counts[i].xy;
    if (kind.x > 0u) { continue; }
    gradient[order[i]] = select(0.0f, pushOn(scoreOf(keys[i])) / positives, kind.y > 0u);`,
  }),
  [{}],
);

/**
 * `RankSortRanking`: one sort, then sums along it; and every pair of positives that see each other, as on the host, in O(P) memory.
 * O(m log m + P²) for P positives.
 */
export const rankSortKernel: KernelConfig = defineKernel<'scores' | 'targets', { delta: number }>(
  'RankSortRanking',
  ({ scores, targets }, { delta }) => {
    const count = scores.shape[0]!;
    const [ranking, sorting] = [allocate([], 'float32'), allocate([], 'float32')];
    const gradient = allocate([count], 'float32');
    if (count === 0) {
      clear(ranking);
      clear(sorting);
      return [ranking, sorting, gradient];
    }
    const { keys, order, counts } = rankEntries(scores, targets);
    const words = [floatBits(delta)];
    const positives = allocate([count, 3], 'int32');
    forEach(listPositives({}), count, [keys, order, targets, counts, positives]);
    const found = allocate([count, 4], 'float32');
    forEach(errorsOfPositives({}), count, [keys, counts, positives, found], words);
    const shares = sharesBelow(count, [counts, positives, found]);
    forEach(gradientsOfPositives({}), count, [keys, counts, positives, found, gradient], words);
    const bindings = [keys, order, counts, shares, gradient, ranking, sorting];
    forEach(gradientsOfOthers({}), count, bindings, words);
    for (const scratch of [keys, order, counts, positives, found, shares]) release(scratch);
    return [ranking, sorting, gradient];
  },
);
