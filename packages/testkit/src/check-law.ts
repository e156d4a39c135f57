import type { RunDetails } from 'fast-check';
import { check } from 'fast-check';
import { stepsLiteral } from './batches/literal.ts';
import * as known from './laws/index.ts';
import type { Law, LawCase, Make } from './laws/law.ts';

/** How {@link checkLaw} runs. */
export interface CheckLawOptions {
  /** How many batches are tried. Default 40. */
  readonly runs?: number;
  /** Seed of what is drawn; default by chance, and named in the report. */
  readonly seed?: number;
  /** Where to go on from, as named in a report. */
  readonly path?: string;
}

/**
 * Checks one law of a strategy on the current backend.
 *
 * @throws Error that reads like a bug report: the strategy and the law, what is wrong, the smallest samples found that show it as code, and
 * how to run it again.
 */
export async function checkLaw(law: Law, make: Make, options: CheckLawOptions = {}): Promise<void> {
  const { runs = 40, seed, path } = options;
  const result = await check(law(make), {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path }),
  });
  if (result.failed) throw new Error(reportOf(law, result), { cause: causeOf(result.errorInstance) });
}

/** What the strategy or the law threw, without what was said of it since: its stack leads to the line at fault. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function reportOf(
  law: Law,
  { counterexample, counterexamplePath, errorInstance, numShrinks, seed }: RunDetails<[LawCase]>,
): string {
  const said = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  if (!counterexample) return said;
  const [given] = counterexample;
  return [
    said,
    '',
    `Smallest samples found (${numShrinks} times made smaller), seed of the strategy ${given.seed}:`,
    '',
    stepsLiteral(given.batches),
    '',
    `Again: await checkLaw(${exportOf(law)}, make, { seed: ${seed}, path: '${counterexamplePath ?? ''}' });`,
  ].join('\n');
}

/** What the package exports the law as; `law` where it is the caller's own. */
function exportOf(law: Law): string {
  return Object.entries(known).find(([, one]) => one === law)?.[0] ?? 'law';
}
