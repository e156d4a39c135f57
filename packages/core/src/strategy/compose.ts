import type { Tensor1D } from '@tensorflow/tfjs-core';
import type { Random } from '../random.ts';
import type { SampleField, Samples } from '../samples/samples.ts';
import { detach } from '../operations/detach.ts';
import { demand } from '../errors.ts';
import type { HardStrategy, SampleWeights, SoftStrategy, StrategyState } from './strategy.ts';

/** The state of a composition: the hard strategy's, then the soft one's. */
export type ComposedState<Hard extends StrategyState, Soft extends StrategyState> = readonly [Hard, Soft];

/**
 * hard ∘ soft: the hard strategy chooses, the soft one weighs what was chosen (to it, the rest is ignored), so that the weights are
 * the product of both. Normalisers are the soft strategy's, over the chosen samples.
 *
 * @example
 * import { compose, criterion } from '@equipoise/core';
 * import { focal } from '@equipoise/focal';
 * import { hardNegativeMining } from '@equipoise/hard-negative-mining';
 *
 * const loss = criterion(compose(hardNegativeMining(), focal())); // focal loss of what mining chose
 */
export function compose<Hard extends StrategyState, Soft extends StrategyState>(
  hard: HardStrategy<Hard>,
  soft: SoftStrategy<Soft>,
): SoftStrategy<ComposedState<Hard, Soft>> {
  demand(hard.kind === 'hard' && soft.kind === 'soft', {
    package: '@equipoise/core',
    subject: 'compose',
    expected: 'a hard strategy, then a soft one',
    actual: `${hard.kind}, ${soft.kind}`,
  });
  const chosenOnly = (samples: Samples, weights: SampleWeights): Samples => ({
    ...samples,
    weights: detach(weights.classification as Tensor1D),
  });
  const composition = {
    kind: 'soft' as const,
    name: `${hard.name}+${soft.name}`,
    options: { [hard.name]: hard.options, [soft.name]: soft.options },
    needs: [...new Set<SampleField>([...hard.needs, ...soft.needs])],
    init: (): ComposedState<Hard, Soft> => [hard.init(), soft.init()],
    apply(samples: Samples, [hardState, softState]: ComposedState<Hard, Soft>, random: Random) {
      const [chosen, nextHard] = hard.apply(samples, hardState, random);
      const [weights, nextSoft] = soft.apply(chosenOnly(samples, chosen), softState, random);
      return [weights, [nextHard, nextSoft]] as const;
    },
  };
  if (!soft.loss) return composition;
  return {
    ...composition,
    loss(samples, [hardState, softState], random) {
      const [chosen, nextHard] = hard.apply(samples, hardState, random);
      const [losses, nextSoft] = soft.loss!(chosenOnly(samples, chosen), softState, random);
      return [losses, [nextHard, nextSoft]];
    },
  };
}
