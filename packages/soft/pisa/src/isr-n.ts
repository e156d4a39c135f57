import type { Given, SampleStrategy, Samples, SoftStrategy, StrategyState } from '@equipoise/core';
import { imageCount, imageOf, labelWeights, positives, selectTopK, spread } from '@equipoise/core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { add, addN, fill, mul, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { RankedNegatives } from './chosen-negatives.ts';
import { negativeFactors, negativeShare, rankedNegatives } from './chosen-negatives.ts';
import type { IsrNOptions } from './isr-n-options.ts';
import { isrNOptions } from './isr-n-options.ts';
import { nameOver, plain } from './plain.ts';
import { SCORE_HLR_NEEDS, scoreRanks } from './score-hlr.ts';

/**
 * Importance-based sample reweighting of negatives, which chooses and weighs. In each image, up to ⌊count · positiveFraction⌋ positives
 * at random; then negatives up to `count`: those of lowest {@link scoreHlr} r first, the rest at random among those without a rank. With B
 * the larger of the negatives wanted and those with a rank,
 *
 *     u = (B − r) / B    w = (β + (1 − β) u)ᵏ    w′ = w · Σ L / Σ w L
 *
 * over the chosen negatives of the image, where those drawn at random take the least u. Positives keep their weights. Everything about
 * w′ is constant. PISA §3.3 (Cao et al. 2020); mmdetection 3.3 `ScoreHLRSampler`, `PISARoIHead`.
 *
 * It is of kind `soft`, since it weighs; to it, samples that a hard strategy drops are ignored. It is meant for the RoIs of a second stage,
 * `pisa({}, isrN())`. Every sample draws one number; all is done on the device.
 *
 * @param base the strategy whose weights are changed, over the chosen; default: plain cross-entropy divided by the chosen samples.
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where samples lack anchors or deltas.
 */
export function isrN<State extends StrategyState = void>(
  options: Given<IsrNOptions> = {},
  base?: SampleStrategy<State>,
): SoftStrategy<State> {
  const inForce = isrNOptions(options);
  const share = negativeShare(inForce);
  const changed = base ?? (plain('mean') as SampleStrategy<never>);
  return {
    kind: 'soft',
    name: nameOver('isr-n', base),
    options: { ...inForce, base: { name: changed.name, ...changed.options } },
    needs: [...new Set([...SCORE_HLR_NEEDS, ...changed.needs])],
    init: () => changed.init(),
    apply(samples, state, random) {
      const choice = choose(samples, random.uniform(samples.logits.shape[0]), inForce);
      const selection = tidy(() => addN([choice.positives, choice.ranked.chosen, choice.drawn]));
      const [weights, next] = changed.apply(
        { ...samples, weights: mul(labelWeights(samples), selection) },
        state,
        random,
      );
      const { classification } = weights;
      const factors = tidy(() =>
        add<Tensor1D>(
          choice.positives,
          negativeFactors(samples, choice.ranked, choice.drawn, classification, share),
        ),
      );
      return [{ ...weights, classification: timesFactors(classification, factors) }, next];
    },
  };
}

interface Choice {
  /** [n] float32: 1 at the positives that train. */
  readonly positives: Tensor1D;
  readonly ranked: RankedNegatives;
  /** [n] float32: 1 at negatives that chance chooses. */
  readonly drawn: Tensor1D;
}

/** Who trains. Of each kind the samples that drew the highest numbers are chosen. */
function choose(samples: Samples, numbers: Float32Array, options: IsrNOptions): Choice {
  const scores = tensor1d(numbers);
  const image = imageOf(samples);
  const images = imageCount(samples);
  const most = fill([images], Math.floor(options.count * options.positiveFraction)) as Tensor1D;
  const chosen = selectTopK({ scores, eligible: positives(samples), image, k: most }, { imageCount: images });
  const ranks = scoreRanks(samples, options, options.count);
  const ranked = rankedNegatives(samples, ranks, chosen, options);
  const drawn = selectTopK(
    { scores, eligible: ranked.others, image, k: ranked.drawn },
    { imageCount: images },
  );
  return { positives: chosen, ranked, drawn };
}

/** [n] or [n, C] classification weights, each sample's times its factor. */
function timesFactors(weights: Tensor, factors: Tensor1D): Tensor {
  return tidy(() => mul(weights, weights.rank === 1 ? factors : spread(factors, weights.shape[1]!)));
}
