import type { Picker } from './picker.ts';
import { atRandom, someOf } from './at-random.ts';

/** Chooses uniformly at random. */
export function uniform(): Picker {
  return {
    name: 'uniform',
    options: {},
    needs: [],
    init() {},
    pick: (request) => [atRandom(request), undefined],
    pickIndices: ({ eligible, count, random }) => someOf(eligible, count, random),
  };
}
