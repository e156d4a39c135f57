import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { checkLaw, leaksNothing } from '@equipoise/testkit';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../training/catalogue.ts';
import { surveyNames, strategyOf } from '../../training/roster.ts';

const facts = { boxes: [10, 20, 30, 40], imageShares: [0.5, 0.4, 0.3, 0.001] };

/** Their options or state hold a number a class, and the law's batches vary the classes. */
const OF_ONE_DATA_SET: ReadonlySet<string> = new Set(['class-balanced', 'eql', 'eqlv2']);

beforeAll(async () => {
  await setBackend('cpu');
});

describe.each(Object.entries(catalogue))('%s', (name, entry) => {
  test('is made by its name, and described', () => {
    const strategy = strategyOf(name, new Map(), facts);
    expect(structuredClone(strategy.options)).toEqual(strategy.options);
    expect(['hard', 'soft']).toContain(strategy.kind);
  });

  test.skipIf(OF_ONE_DATA_SET.has(name))('leaks no tensor over a thousand steps', async () => {
    await checkLaw(leaksNothing, () => entry.make({}, facts), { runs: 1, seed: 3 });
  });
});

test('the survey has hard and soft strategies, and a hard one may be joined with a soft one', () => {
  const kinds = new Set(surveyNames.map((name) => strategyOf(name, new Map(), facts).kind));
  expect([...kinds].toSorted()).toEqual(['hard', 'soft']);
  const { name, kind, options } = strategyOf('ohem:count=9+focal:gamma=1', new Map(), facts);
  expect([name, kind]).toEqual(['ohem+focal', 'soft']);
  expect(options).toMatchObject({ ohem: { count: 9 }, focal: { gamma: 1 } });
});
