import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, clear, defineKernel, floatBits, release } from '../runtime/kernel.ts';
import { defineEach, forEach } from './each.ts';
import { PUSH_ON_NEGATIVE, RANK_OF_POSITIVE, rankEntries, SCORE_OF, WINDOWS } from './ranked-entries.ts';
import { defineScan } from './scan.ts';

/** At each positive: 1 − precision, and its rank; elsewhere 1, which lowers no best, and 1. */
const missesAtPositives = defineEach(
  'ApMisses',
  () => ({
    read: { keys: 'u32', counts: 'vec4u' },
    write: { misses: 'vec2f' },
    uniform: { delta: 'f32' },
    declarations: WINDOWS + RANK_OF_POSITIVE,
    body: `
    misses[i] = vec2f(1.0f, 1.0f);
    if (counts[i + 1u].x == counts[i].x) { continue; }
    let above = aboveOf(scoreOf(keys[i]));
    misses[i] = vec2f(above.x / above.y, above.y);`,
  }),
  [{}],
);

/** From each place on, the smallest 1 − precision. */
const bestMisses = defineScan('ApBest', {
  read: { misses: 'vec2f' },
  type: 'f32',
  words: 1,
  combine: 'min(a, b)',
  identity: '1.0f',
  value: 'return misses[i].x;',
  reversed: true,
});

/** From each place on: what each positive shares out, that times its score, and the best 1 − precision, summed up. */
const sharesBelow = defineScan('ApShares', {
  read: { keys: 'u32', counts: 'vec4u', misses: 'vec2f', best: 'f32' },
  type: 'vec4f',
  words: 4,
  combine: 'a + b',
  identity: 'vec4f()',
  declarations: SCORE_OF,
  value: `
  if (counts[i + 1u].x == counts[i].x) { return vec4f(); }
  // 1 where this one is the best. Where the best is 0 nothing is shared out.
  let share = best[i] / max(misses[i].x, 1e-30f) / misses[i].y;
  return vec4f(share, share * scoreOf(keys[i]), best[i], 0.0f);`,
  reversed: true,
});

const gradients = defineEach(
  'ApGradient',
  () => ({
    read: { keys: 'u32', order: 'u32', counts: 'vec4u', best: 'f32', shares: 'vec4f' },
    write: { gradient: 'f32', loss: 'f32' },
    uniform: { delta: 'f32' },
    declarations: WINDOWS + PUSH_ON_NEGATIVE,
    body: `
    let positives = f32(max(counts[u.count].x, 1u));
    if (i == 0u) { loss[0] = shares[0].z / positives; }
    let kind = counts[i + 1u].xy - counts[i].xy;
    var value = 0.0f;
    if (kind.x > 0u) { value = -best[i]; }
    if (kind.y > 0u) { value = pushOn(scoreOf(keys[i])); }
    gradient[order[i]] = value / positives;`,
  }),
  [{}],
);

/** `AveragePrecisionRanking`: one sort, then sums along it: O(m log m), whatever the scores. */
export const averagePrecisionKernel: KernelConfig = defineKernel<'scores' | 'targets', { delta: number }>(
  'AveragePrecisionRanking',
  ({ scores, targets }, { delta }) => {
    const count = scores.shape[0]!;
    const loss = allocate([], 'float32');
    const gradient = allocate([count], 'float32');
    if (count === 0) {
      clear(loss);
      return [loss, gradient];
    }
    const { keys, order, counts } = rankEntries(scores, targets);
    const words = [floatBits(delta)];
    const misses = allocate([count, 2], 'float32');
    forEach(missesAtPositives({}), count, [keys, counts, misses], words);
    const best = bestMisses(count, [misses]);
    const shares = sharesBelow(count, [keys, counts, misses, best]);
    forEach(gradients({}), count, [keys, order, counts, best, shares, gradient, loss], words);
    for (const scratch of [keys, order, counts, misses, best, shares]) release(scratch);
    return [loss, gradient];
  },
);
