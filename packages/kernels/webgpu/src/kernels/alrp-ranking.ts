import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, clear, defineKernel, floatBits, release } from '../runtime/kernel.ts';
import { defineEach, forEach } from './each.ts';
import { PUSH_ON_NEGATIVE, RANK_OF_POSITIVE, rankEntries, SCORE_OF, WINDOWS } from './ranked-entries.ts';
import { defineScan } from './scan.ts';

/** Before each place: Σ errors of positives, and that times their scores. */
const countErrors = defineScan('AlrpErrors', {
  read: { keys: 'u32', order: 'u32', targets: 'f32', errors: 'f32' },
  type: 'vec2f',
  words: 2,
  combine: 'a + b',
  identity: 'vec2f()',
  declarations: SCORE_OF,
  value: `
  let entry = order[i];
  if (!(targets[entry] > 0.0f)) { return vec2f(); }
  return errors[entry] * vec2f(1.0f, scoreOf(keys[i]));`,
  reversed: false,
});

/** At each positive: its rank, the false positives above it, and the error it hands on; elsewhere 0. */
const errorsOfPositives = defineEach(
  'AlrpErrorsOfPositives',
  () => ({
    read: { keys: 'u32', order: 'u32', errors: 'f32', counts: 'vec4u', mislocated: 'vec2f' },
    write: { found: 'vec4f', ranks: 'f32' },
    uniform: { delta: 'f32' },
    declarations: `${WINDOWS}${RANK_OF_POSITIVE}
/** As the reference's ε. */
const FEWEST = 1e-5f;`,
    body: `
    let entry = order[i];
    found[i] = vec4f();
    ranks[entry] = 0.0f;
    if (counts[i + 1u].x == counts[i].x) { continue; }
    let score = scoreOf(keys[i]);
    let above = aboveOf(score);
    let falsely = above.x;
    let rank = above.y;
    let window = windowOf(score);
    let whole = mislocated[window.x];
    let near = mislocated[max(window.x, window.y)] - whole;
    // Itself counts ½ in the sum.
    let own = 0.5f * errors[entry];
    let others = whole.x + partly(near.x, near.y, score, 1.0f) - own;
    let drawn = select(0.0f, (others + falsely) / rank, falsely > FEWEST);
    ranks[entry] = rank;
    found[i] = vec4f(rank, falsely, drawn, drawn / max(falsely, FEWEST));`,
  }),
  [{}],
);

/** From each place on: what each positive shares out, that times its score, 1 − precision and 1 / rank, summed up. */
const sharesBelow = defineScan('AlrpShares', {
  read: { keys: 'u32', found: 'vec4f' },
  type: 'vec4f',
  words: 4,
  combine: 'a + b',
  identity: 'vec4f()',
  declarations: SCORE_OF,
  value: `
  let own = found[i];
  if (own.x == 0.0f) { return vec4f(); }
  return vec4f(own.w, own.w * scoreOf(keys[i]), own.y / own.x, 1.0f / own.x);`,
  reversed: true,
});

const gradients = defineEach(
  'AlrpGradient',
  () => ({
    read: { keys: 'u32', order: 'u32', counts: 'vec4u', found: 'vec4f', shares: 'vec4f' },
    write: { gradient: 'f32', shares_of_each: 'f32', loss: 'f32' },
    uniform: { delta: 'f32' },
    declarations: WINDOWS + PUSH_ON_NEGATIVE,
    body: `
    let positives = f32(max(counts[u.count].x, 1u));
    if (i == 0u) { loss[0] = shares[0].z / positives; }
    let kind = counts[i + 1u].xy - counts[i].xy;
    var value = 0.0f;
    var share = 0.0f;
    if (kind.x > 0u) {
      value = -found[i].z;
      share = shares[i].w;
    }
    if (kind.y > 0u) { value = pushOn(scoreOf(keys[i])); }
    let entry = order[i];
    gradient[entry] = value / positives;
    shares_of_each[entry] = share / positives;`,
  }),
  [{}],
);

/** `AlrpRanking`: one sort, then sums along it. */
export const alrpKernel: KernelConfig = defineKernel<'scores' | 'targets' | 'errors', { delta: number }>(
  'AlrpRanking',
  ({ scores, targets, errors }, { delta }) => {
    const count = scores.shape[0]!;
    const loss = allocate([], 'float32');
    const [gradient, ranks, sharesOfEach] = Array.from({ length: 3 }, () => allocate([count], 'float32'));
    const outputs = [loss, gradient!, ranks!, sharesOfEach!];
    if (count === 0) {
      clear(loss);
      return outputs;
    }
    const { keys, order, counts } = rankEntries(scores, targets);
    const words = [floatBits(delta)];
    const mislocated = countErrors(count, [keys, order, targets, errors]);
    const found = allocate([count, 4], 'float32');
    forEach(errorsOfPositives({}), count, [keys, order, errors, counts, mislocated, found, ranks!], words);
    const shares = sharesBelow(count, [keys, found]);
    const bindings = [keys, order, counts, found, shares, gradient!, sharesOfEach!, loss];
    forEach(gradients({}), count, bindings, words);
    for (const scratch of [keys, order, counts, mislocated, found, shares]) release(scratch);
    return outputs;
  },
);
