import type { Given, SampleStrategy, SoftStrategy, StrategyState } from '@equipoise/core';
import { checkOptions, flagOption } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { add, mul, tidy } from '@tensorflow/tfjs-core';
import { carlFactors } from './carl-factors.ts';
import { carlFormulas } from './carl-formulas.ts';
import type { ImportanceOptions } from './importance.ts';
import { importanceOptions } from './importance.ts';
import { nameOver, plain } from './plain.ts';

/** Options of {@link carl}; k = 1 and b = .2 by default. */
export interface CarlOptions extends ImportanceOptions {
  /** Whether CARL's term is added to the box loss, as in mmdetection (default), or takes its place. */
  readonly added: boolean;
}

/**
 * Classification-aware regression loss. With p the predicted probability of a positive's class and ℓ its box loss,
 *
 *     v = (b + (1 − b) p)ᵏ    c = v / mean v    L_box = Σ (1 + c) ℓ / N
 *
 * over the positives: `box` weights 1 + c that carry gradient into the logits, through v and its mean. Positives regressed worse than the
 * v-weighted mean get a lower score, better ones a higher one; Σ v ∂L/∂v = 0. Where positives have box weights a, c = v Σ a / Σ a v and
 * the weights are a (1 + c). Any box loss, one number a sample: that of IoU losses does not spread over pairs of samples, as in
 * mmdetection. The term shares the box loss's normaliser and `boxWeight`. PISA §3.4 (Cao et al. 2020); mmdetection 3.3 `carl_loss`.
 *
 * @param base the strategy whose box weights are changed; default: plain cross-entropy divided by the positives.
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where samples lack deltas or deltaTargets.
 */
export function carl<State extends StrategyState = void>(
  options: Given<CarlOptions> = {},
  base?: SampleStrategy<State>,
): SoftStrategy<State> {
  const inForce = checkOptions<CarlOptions>(
    '@equipoise/pisa',
    { ...importanceOptions(1, 0.2), added: flagOption(true) },
    options,
  );
  const formulas = carlFormulas(inForce);
  const changed = base ?? (plain('positives') as SampleStrategy<never>);
  return {
    kind: 'soft',
    name: nameOver('carl', base),
    options: { ...inForce, base: { name: changed.name, ...changed.options } },
    needs: [...new Set([...(['deltas', 'deltaTargets'] as const), ...changed.needs])],
    init: () => changed.init(),
    apply(samples, state, random) {
      const [weights, next] = changed.apply(samples, state, random);
      const box = tidy(() => {
        const factors = carlFactors(samples, weights.box, formulas);
        return mul<Tensor1D>(weights.box, inForce.added ? add(factors, 1) : factors);
      });
      return [{ ...weights, box }, next];
    },
  };
}
