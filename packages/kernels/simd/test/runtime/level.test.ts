import { afterEach, expect, test } from 'vitest';
import { currentLevel, engineLevel, LEVELS, setLevel } from '../../src/runtime/level.ts';

afterEach(() => setLevel(undefined));

test('finds what this engine can do, and takes less', () => {
  expect(engineLevel()).toBe('relaxed');
  expect(currentLevel()).toBe('relaxed');
  for (const level of LEVELS) {
    setLevel(level);
    expect(currentLevel()).toBe(level);
  }
});

test('refuses a level that is none', () => {
  expect(() => setLevel('avx' as 'simd')).toThrow(/simd: level: expected .*'relaxed' or less, got 'avx'/);
});
