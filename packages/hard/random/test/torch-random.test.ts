import { torchRandom } from '@equipoise/random';
import { expect, test } from 'vitest';

test('permutations equal torch.randperm after manual_seed(42), call after call', () => {
  const random = torchRandom(42);
  expect([...random.permutation(5)]).toEqual([2, 4, 3, 0, 1]);
  expect([...random.permutation(10)]).toEqual([6, 3, 0, 8, 1, 4, 5, 2, 7, 9]);
  expect([...random.permutation(37)]).toEqual([
    17, 28, 4, 24, 29, 1, 21, 26, 19, 30, 3, 12, 25, 18, 31, 13, 32, 2, 34, 7, 15, 8, 6, 20, 14, 0, 35, 33,
    10, 9, 22, 23, 11, 36, 16, 27, 5,
  ]);
});

test('none and one draw nothing', () => {
  const random = torchRandom(42);
  expect([...random.permutation(0)]).toEqual([]);
  expect([...random.permutation(1)]).toEqual([0]);
  expect([...random.permutation(5)]).toEqual([2, 4, 3, 0, 1]);
});

test('the stream goes on past 624 draws as NumPy does, which seeds alike', () => {
  // numpy.random.RandomState(7).randint(0, 2**32, 2000, dtype=uint32), shuffled from the front.
  const order = torchRandom(7).permutation(2000);
  expect([order[0], order[700], order[1500], order[1999]]).toEqual([1615, 978, 1902, 1571]);
  expect(order.toSorted()).toEqual(Int32Array.from({ length: 2000 }, (_, i) => i));
});

test('refuses what is no seed or no count', () => {
  expect(() => torchRandom(0.5)).toThrow('@equipoise/random: torchRandom seed: expected an integer, got 0.5');
  expect(() => torchRandom(0).permutation(-1)).toThrow('permutation count: expected an integer ≥ 0, got -1');
});
