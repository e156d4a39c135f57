import type { SampleWeights } from '../strategy/strategy.ts';

/**
 * Losses, and the weights behind them made when they are first read: a training step that reports nothing does not pay for them. Read
 * them in the tidy scope in which the losses were made. A copy (`{ ...loss }`) reads them.
 */
export function withWeights<Losses extends object>(
  losses: Losses,
  make: () => SampleWeights,
): Losses & { readonly weights: SampleWeights } {
  let made: SampleWeights | undefined;
  return {
    ...losses,
    get weights() {
      return (made ??= make());
    },
  };
}
