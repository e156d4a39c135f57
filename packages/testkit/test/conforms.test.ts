import type { SampleStrategy, StrategyState } from '@equipoise/core';
import {
  conforms,
  isDescribed,
  laws,
  leaksNothing,
  type RegisterTest,
  weightsAreLawful,
} from '@equipoise/testkit';
import { getBackend, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import './backends.ts';
import { toy } from './toys.ts';

const make = (): SampleStrategy<StrategyState> => toy();

/** The tests that conforms registers, by name. */
function registered(options: Parameters<typeof conforms>[1], made = make): Map<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  conforms(made, { test: (name, body) => tests.set(name, body), ...options });
  return tests;
}

// Registered for real, too.
conforms(make, { test, backend: 'cpu', runs: 5 });

describe('conforms', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test('registers every law', () => {
    const names = [...registered({}).keys()];
    expect(names).toEqual([...Object.keys(laws), leaksNothing.lawName].map((law) => `toy: ${law}`));
    expect(registered({ long: false }).size).toBe(Object.keys(laws).length);
    expect(registered({ except: [isDescribed] }).has(`toy: ${isDescribed.lawName}`)).toBe(false);
  });

  test('finds the global test of a runner, and says so where there is none', () => {
    const global = vi.fn<RegisterTest>();
    vi.stubGlobal('test', global);
    conforms(make, {});
    expect(global).toHaveBeenCalledTimes(Object.keys(laws).length + 1);
    vi.stubGlobal('test', undefined);
    expect(() => conforms(make)).toThrow('expected a global test, or options.test');
  });

  test('sets the backend, and says so where it does not start', async () => {
    await setBackend('cpu');
    const [first] = registered({ backend: 'wasm', runs: 1 }).values();
    await first!();
    expect(getBackend()).toBe('wasm');
    await setBackend('cpu');
    const [unknown] = registered({ backend: 'abacus', runs: 1 }).values();
    await expect(unknown!()).rejects.toThrow('abacus');
  });

  test('gives each law a minute, which runners that know of it allow', () => {
    const register = vi.fn<RegisterTest>();
    conforms(make, { test: register, long: false });
    expect(register).toHaveBeenLastCalledWith(expect.any(String), expect.any(Function), 60_000);
  });

  test('an exception of the strategy is told as one, and is the cause', async () => {
    const thrown = new TypeError('no such thing');
    // Works while the kit finds out what the strategy accepts.
    let calls = 0;
    const faulty = (): SampleStrategy<StrategyState> => ({
      ...toy(),
      apply: (samples, state, random) => {
        calls += 1;
        if (calls > 4) throw thrown;
        return toy().apply(samples, state as never, random);
      },
    });
    const failing = registered({}, faulty).get(`toy: ${weightsAreLawful.lawName}`)!;
    const error: Error = await failing().then(
      () => new Error('it passed'),
      (error: Error) => error,
    );
    expect(error.message).toContain('": it threw TypeError: no such thing\n\nSmallest samples found');
    expect(error.cause).toBe(thrown);
  });

  test('reports a failure like a bug', async () => {
    const faulty = (): SampleStrategy<StrategyState> => ({ ...make(), name: 'My Toy' });
    const failing = registered({}, faulty).get(`My Toy: ${isDescribed.lawName}`)!;
    await expect(failing()).rejects.toThrow(
      /^My Toy breaks the law "name, kind and options can be stored with a result": name 'My Toy', expected kebab-case\n\nSmallest samples found \(\d+ times made smaller\), seed of the strategy 0:\n\nconst samples = \{\n {2}logits: tensor2d\(\[\[0\]\]\),\n {2}labels: tensor1d\(\[1\], 'int32'\), \/\/ 1 background\n {2}task: \{ \.\.\.defaultTask, activation: 'sigmoid', boxLoss: smoothL1\(\) \},\n\};\n\nAgain: await checkLaw\(isDescribed, make, \{ seed: -?\d+, path: '[\d:]+' \}\);$/,
    );
  });
});
