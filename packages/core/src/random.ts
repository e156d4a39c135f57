import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** The only source of randomness: seeded, and its state can be saved with a checkpoint. */
export interface Random {
  /** `count` numbers, uniform in [0, 1), with 24 random bits each. */
  uniform(count: number): Float32Array;
  /** `count` numbers of the standard normal distribution (Box–Muller). */
  normal(count: number): Float32Array;
  /** An integer, uniform in [0, below). */
  below(below: number): number;
  /** The numbers 0…count-1 in random order (Fisher–Yates). */
  permutation(count: number): Int32Array;
  /** Where the stream stands; `seededRandom(state)` goes on from there. */
  state(): readonly number[];
}

/**
 * A generator (xoroshiro128+, from the package pure-rand). The same seed, or the same saved state, gives the same stream on
 * every machine.
 * @example
 * import { seededRandom } from '@equipoise/core';
 *
 * const random = seededRandom(7);
 * random.permutation(5);
 * const again = seededRandom(random.state());
 * console.log(again.below(1000) === random.below(1000)); // → true
 */
export function seededRandom(seed: number | readonly number[]): Random {
  const generator = xoroshiro128plusFromState(typeof seed === 'number' ? stateOf(seed) : seed);
  const uniform = (count: number): Float32Array => {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = uniformFloat32(generator);
    return values;
  };
  const below = (limit: number): number => uniformInt(generator, 0, limit - 1);
  return {
    uniform,
    below,
    normal(count) {
      const values = new Float32Array(count);
      for (let i = 0; i < count; i += 2) {
        const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat32(generator)));
        const angle = 2 * Math.PI * uniformFloat32(generator);
        values[i] = radius * Math.cos(angle);
        if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
      }
      return values;
    },
    permutation(count) {
      const order = Int32Array.from({ length: count }, (_, i) => i);
      for (let i = 0; i < count - 1; i++) {
        const j = i + below(count - i);
        const picked = order[j]!;
        order[j] = order[i]!;
        order[i] = picked;
      }
      return order;
    },
    state: () => generator.getState(),
  };
}

/**
 * Four words from a seed, by splitmix32: the generator's first numbers are its state's upper bits, and a small seed put there as it is
 * would make them nearly 1, whatever the seed.
 */
function stateOf(seed: number): number[] {
  let counter = seed | 0;
  return Array.from({ length: 4 }, () => {
    counter = (counter + 0x9e3779b9) | 0;
    let word = counter ^ (counter >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return word ^ (word >>> 15);
  });
}
