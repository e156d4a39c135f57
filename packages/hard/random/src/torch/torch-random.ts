import { demand } from '@equipoise/core';
import { mersenneTwister } from './mersenne-twister.ts';

/** Random permutations of PyTorch's CPU generator, for presets that reproduce a reference number for number. */
export interface TorchRandom {
  /** The numbers 0…count-1 in the order of `torch.randperm(count)`; the stream continues from call to call. */
  permutation(count: number): Int32Array;
}

/**
 * PyTorch's CPU generator after `torch.manual_seed(seed)`: MT19937, and a Fisher–Yates shuffle from the front that takes the next
 * 32 bits modulo the places left (count - 1 draws). Equal to torch 2.2.2 bit for bit, for counts below 2³² / 20.
 *
 * @param seed an integer, of which the lowest 32 bits count.
 * @throws EquipoiseError for a seed that is no integer, or a count that is none or negative.
 * @example
 * import { torchRandom } from '@equipoise/random';
 *
 * console.log([...torchRandom(42).permutation(5)]); // → [2, 4, 3, 0, 1]
 */
export function torchRandom(seed: number): TorchRandom {
  demand(Number.isSafeInteger(seed), {
    package: '@equipoise/random',
    subject: 'torchRandom seed',
    expected: 'an integer',
    actual: seed,
  });
  const bits = mersenneTwister(seed);
  return {
    permutation(count) {
      demand(Number.isInteger(count) && count >= 0, {
        package: '@equipoise/random',
        subject: 'permutation count',
        expected: 'an integer ≥ 0',
        actual: count,
      });
      const order = Int32Array.from({ length: count }, (_, i) => i);
      for (let i = 0; i < count - 1; i++) {
        const j = i + (bits() % (count - i));
        const picked = order[j]!;
        order[j] = order[i]!;
        order[i] = picked;
      }
      return order;
    },
  };
}
