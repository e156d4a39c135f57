import type { Normalizer, SampleStrategy, SoftStrategy, StrategyState } from '@equipoise/core';
import { weightsOfAll } from '@equipoise/core';

/** Cross-entropy as it is: what PISA changes where no other strategy is given. */
export function plain(normalizer: Normalizer): SoftStrategy {
  return {
    kind: 'soft',
    name: 'cross-entropy',
    options: { normalizer },
    needs: [],
    init() {},
    apply: (samples) => [weightsOfAll(samples, normalizer), undefined],
  };
}

/** The name of a strategy that changes the weights of another: `pisa`, or `pisa+focal` where the other was chosen. */
export function nameOver(name: string, base: SampleStrategy<StrategyState> | undefined): string {
  return base ? `${name}+${base.name}` : name;
}
