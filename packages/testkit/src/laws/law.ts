import type { SampleStrategy, StrategyState } from '@equipoise/core';
import type { Arbitrary, IAsyncPropertyWithHooks } from 'fast-check';
import { array, asyncProperty, integer, limitShrink, noShrink, record, toStringMethod } from 'fast-check';
import { batches, type Setting } from '../batches/batch-arbitrary.ts';
import type { Batch } from '../batches/batch.ts';
import { stepsLiteral } from '../batches/literal.ts';
import { settingsOf } from './settings.ts';

/** Makes the strategy under test, anew each time. */
export type Make = () => SampleStrategy<StrategyState>;

/** What a law draws. */
export interface LawCase {
  /** The seed of the strategy's randomness, and of whatever else a law leaves to chance. */
  readonly seed: number;
  /** The batches of the steps in turn. */
  readonly batches: readonly Batch[];
}

/** A law that every strategy keeps: gives a fast-check property, to be passed to `fc.assert`. The backend must be set. */
export interface Law {
  (make: Make): IAsyncPropertyWithHooks<[LawCase]>;
  /** What the law says, as a test is named. */
  readonly lawName: string;
}

/** The strategy under test. */
export interface Subject {
  readonly make: Make;
  /** One of them, for its name, kind and options. */
  readonly strategy: SampleStrategy<StrategyState>;
  /** The activations and box losses that it accepts. */
  readonly settings: readonly Setting[];
}

/** How a law draws its cases and checks them. */
export interface LawParts {
  /** What the law says, as a test is named. */
  readonly name: string;
  /** How many steps. Default 1. */
  readonly steps?: number;
  readonly minRows?: number;
  readonly maxRows?: number;
  /** Whether a failure is made smaller. Default true. */
  readonly shrinks?: boolean;
  /** Changes what is drawn, for laws that need batches of some kind. */
  readonly prepare?: (drawn: Arbitrary<LawCase>) => Arbitrary<LawCase>;
  /** Throws an error that says what is wrong. */
  readonly check: (subject: Subject, given: LawCase) => void | Promise<void>;
}

/** Defines a law. What breaks it is an error `STRATEGY breaks the law "NAME": …`. */
export function defineLaw(parts: LawParts): Law {
  const { name, steps = 1, shrinks = true, prepare = (drawn) => drawn, check } = parts;
  const law = (make: Make): IAsyncPropertyWithHooks<[LawCase]> => {
    const strategy = make();
    const subject = { make, strategy, settings: settingsOf(make) };
    const { minRows = 1, maxRows = 20 } = parts;
    const batch = batches({ needs: strategy.needs, settings: subject.settings, minRows, maxRows });
    const drawn: Arbitrary<LawCase> = record({
      seed: integer({ min: 0, max: 1 << 30 }),
      batches: array(batch, { minLength: steps, maxLength: steps }),
    });
    const cases = prepare(drawn).map(readable);
    return asyncProperty(shrinks ? limitShrink(cases, MOST_SHRINKS) : noShrink(cases), async (given) => {
      try {
        await check(subject, given);
      } catch (error) {
        throw new Error(`${strategy.name} breaks the law "${name}": ${saidBy(error)}`, { cause: error });
      }
    });
  };
  return Object.assign(law, { lawName: name });
}

/** What a law says is a plain Error; anything else came out of the strategy, or of what it called. */
function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `it threw ${error.name}: ${error.message}`;
}

/** So that a failure is told before a runner's time is over. */
const MOST_SHRINKS = 1000;

/** Prints as the code that builds it. */
function readable(given: LawCase): LawCase {
  const text = (): string => `seed ${given.seed}, ${stepsLiteral(given.batches)}`;
  return Object.defineProperty(given, toStringMethod, { value: text, enumerable: false });
}
