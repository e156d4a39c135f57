import { getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import { checkLaw } from './check-law.ts';
import { laws, leaksNothing, type Law, type Make } from './laws/index.ts';

/**
 * What registers a test: `test` of vitest, node:test, jest or mocha's `it`. Vitest and jest take the third argument for the milliseconds
 * that the test may last; the others leave it.
 */
export type RegisterTest = (name: string, body: () => Promise<void>, timeout: number) => unknown;

/** A law that fails is made smaller first, and a thousand steps take seconds: more than the 5 s that runners allow. */
const TIMEOUT = 60_000;

/** Options of {@link conforms}. */
export interface ConformsOptions {
  /** Registers a test; default the global `test`, where the runner has one. */
  readonly test?: RegisterTest;
  /** The tfjs backend to run on, imported by the caller; default the current one. */
  readonly backend?: string;
  /** How many batches each law tries. Default 40. */
  readonly runs?: number;
  /** Laws that the strategy is known to break, because it reproduces a defect. */
  readonly except?: readonly Law[];
  /** Whether the thousand steps of {@link leaksNothing}, which take seconds, are run too. Default true. */
  readonly long?: boolean;
}

/**
 * Registers every law as a test of a strategy. A failure names the law and the strategy, says what is wrong and shows the smallest
 * samples that show it.
 *
 * @param make makes the strategy, anew at each call.
 * @throws Error where no test runner is found.
 * @example
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@tensorflow/tfjs-layers'; // registers gradients
 * import { focal } from '@equipoise/focal';
 * import { conforms } from '@equipoise/testkit';
 * import { test } from 'node:test'; // or 'vitest'
 *
 * conforms(() => focal({ gamma: 1 }), { test, backend: 'cpu', long: false });
 */
export function conforms(make: Make, options: ConformsOptions = {}): void {
  const { backend, runs = 40, except = [], long = true } = options;
  const register = options.test ?? globalTest();
  const label = `${make().name}${backend ? ` on ${backend}` : ''}`;
  for (const law of [...Object.values(laws), ...(long ? [leaksNothing] : [])]) {
    if (except.includes(law)) continue;
    const body = async (): Promise<void> => {
      if (backend && backend !== getBackend() && !(await setBackend(backend))) {
        throw new Error(`backend ${backend} does not start; is it imported?`);
      }
      await ready();
      await checkLaw(law, make, { runs: law === leaksNothing ? 1 : runs });
    };
    register(`${label}: ${law.lawName}`, body, TIMEOUT);
  }
}

function globalTest(): RegisterTest {
  const { test } = globalThis as { test?: RegisterTest };
  if (!test) throw new Error('conforms: expected a global test, or options.test of the runner, got neither');
  return test;
}
