import type { OptionSpec } from '@equipoise/core';
import { demand } from '@equipoise/core';

/** A list of numbers from 0 to `max`, one a class. It has no default: see {@link demandGiven}. */
export function classListOption(max: number = Infinity): OptionSpec<readonly number[]> {
  return {
    default: [],
    expected: `a list of numbers ${max === Infinity ? '≥ 0' : `in [0, ${max}]`}, one a class`,
    accepts: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      (value as readonly unknown[]).every(
        (entry) => typeof entry === 'number' && Number.isFinite(entry) && entry >= 0 && entry <= max,
      ),
  };
}

/** Refuses options without the list that they must have. */
export function demandGiven(name: string, list: readonly number[]): void {
  demand(list.length > 0, {
    package: '@equipoise/focal',
    subject: `option ${name}`,
    expected: 'a list of numbers, one a class',
    actual: undefined,
  });
}

/** Refuses a list that is not of the classes at hand. */
export function demandLength(subject: string, list: readonly number[], lengths: readonly number[]): void {
  demand(lengths.includes(list.length), {
    package: '@equipoise/focal',
    subject,
    expected: `${lengths.join(' or ')} numbers, one a class`,
    actual: list.length,
  });
}
