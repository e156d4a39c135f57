import type { Given, HardStrategy, StrategyState } from '@equipoise/core';
import { checkOptions, negatives, positives, weightsOfSelection } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { add, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { Picker, Pickers } from '../pickers/picker.ts';
import type { SamplingOptions } from './quotas.ts';
import { samplingSpecs, wantedNegativesPerImage, wantedPositivesPerImage } from './quotas.ts';

/** The state of {@link combinedSampling}: that of the picker of positives, then of negatives. */
export type CombinedState<P extends StrategyState, N extends StrategyState> = readonly [P, N];

/**
 * Balanced sampling with any picker of positives and any picker of negatives: in each image up to ⌊count · positiveFraction⌋ positives,
 * and negatives up to `count`. What is not chosen does not train. mmdetection's `CombinedSampler`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where samples lack what a picker needs.
 * @example
 * import { criterion } from '@equipoise/core';
 * import { combinedSampling, instanceBalanced, iouBalanced } from '@equipoise/random';
 *
 * const pickers = { positives: instanceBalanced(), negatives: iouBalanced() };
 * const loss = criterion(combinedSampling(pickers, { count: 512, positiveFraction: 0.25 }));
 */
export function combinedSampling<P extends StrategyState, N extends StrategyState>(
  pickers: Pickers<P, N>,
  options: Given<SamplingOptions> = {},
): HardStrategy<CombinedState<P, N>> {
  const inForce = checkOptions<SamplingOptions>('@equipoise/random', samplingSpecs, options);
  const { positives: ofPositives, negatives: ofNegatives } = pickers;
  const described = ({ name, options }: Pick<Picker, 'name' | 'options'>) => ({ name, ...options });
  return {
    kind: 'hard',
    name: 'combined',
    options: { ...inForce, positives: described(ofPositives), negatives: described(ofNegatives) },
    needs: [...new Set([...ofPositives.needs, ...ofNegatives.needs])],
    init: () => [ofPositives.init(), ofNegatives.init()],
    apply(samples, [statePositives, stateNegatives], random) {
      // Positives and negatives are apart, so that one number a sample serves both.
      const keys = tensor1d(random.uniform(samples.logits.shape[0]));
      const [chosenPositives, nextPositives] = ofPositives.pick(
        { samples, eligible: positives(samples), k: wantedPositivesPerImage(samples, inForce), keys },
        statePositives,
        random,
      );
      const k = wantedNegativesPerImage(samples, inForce, chosenPositives);
      const [chosenNegatives, nextNegatives] = ofNegatives.pick(
        { samples, eligible: negatives(samples), k, keys },
        stateNegatives,
        random,
      );
      const selection = tidy(() => add<Tensor1D>(chosenPositives, chosenNegatives));
      return [
        weightsOfSelection(samples, selection, inForce.normalizer),
        [nextPositives, nextNegatives],
      ] as const;
    },
  };
}
