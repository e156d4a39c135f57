import type { Tensor1D } from '@tensorflow/tfjs-core';
import { cast, greater, mul, range, sub, tidy, topk, where } from '@tensorflow/tfjs-core';
import { demand } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Samples } from '../samples/samples.ts';
import type { HardStrategy, StrategyState } from './strategy.ts';

/** A fixed number of chosen samples. */
export interface Selection {
  /** [count] int32, ascending; padded with samples that were not chosen, so that `gather` stays in range. */
  readonly indices: Tensor1D;
  /** [count] float32: 1 where an index was chosen, 0 where it pads. */
  readonly mask: Tensor1D;
}

/**
 * The samples that a hard strategy chooses, as a fixed number of indices, so that an expensive head can run forward and backward on
 * the chosen alone. Where the strategy chooses more than `count`, the chosen of lowest index are taken.
 *
 * @param count how many indices, 1…n.
 */
export function select<State extends StrategyState>(
  strategy: HardStrategy<State>,
  samples: Samples,
  state: State,
  random: Random,
  count: number,
): readonly [Selection, State] {
  const n = samples.logits.shape[0];
  demand(Number.isInteger(count) && count >= 1 && count <= n, {
    package: '@equipoise/core',
    subject: 'select count',
    expected: `an integer from 1 to ${n}`,
    actual: count,
  });
  const [weights, next] = strategy.apply(samples, state, random);
  const selection = tidy(() => {
    const chosen = greater(weights.classification, 0) as Tensor1D;
    const fromEnd = sub(n, range(0, n, 1, 'float32'));
    // Chosen samples rank before all others, each group by ascending index; float32 counts exactly to 2^24.
    const { indices, values } = topk(where(chosen, fromEnd, mul(fromEnd, -1)) as Tensor1D, count, true);
    return { indices: indices, mask: cast(greater(values, 0), 'float32') as Tensor1D };
  });
  return [selection, next];
}
