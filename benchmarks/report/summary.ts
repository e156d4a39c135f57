import type { RunResult, StrategySummary } from '../training/result.ts';
import { average, spread, welch } from './spread.ts';

/** A difference less probable than this by chance alone counts as more than noise. */
const SIGNIFICANCE = 0.05;

/** One summary a strategy over all its seeds, the highest mean AP first; equals in the order of their names. */
export function summarize(runs: readonly RunResult[]): StrategySummary[] {
  const groups = [...runsByStrategy(runs).values()].toSorted(
    (a, b) => meanAp(b) - meanAp(a) || (a[0]?.strategy ?? '').localeCompare(b[0]?.strategy ?? '', 'en'),
  );
  const best = groups[0]?.map((run) => run.ap) ?? [];
  return groups.flatMap((group, rank) => (group[0] ? [summary(group[0], group, best, rank)] : []));
}

/** The runs of each strategy, by its name, in the order in which strategies first appear. */
export function runsByStrategy(runs: readonly RunResult[]): Map<string, RunResult[]> {
  const groups = new Map<string, RunResult[]>();
  for (const run of runs) {
    const group = groups.get(run.strategy);
    if (group) group.push(run);
    else groups.set(run.strategy, [run]);
  }
  return groups;
}

function summary(
  first: RunResult,
  runs: readonly RunResult[],
  best: readonly number[],
  rank: number,
): StrategySummary {
  const ap = runs.map((run) => run.ap);
  const pValue = rank === 0 ? null : welch(ap, best);
  return {
    strategy: first.strategy,
    kind: first.kind,
    ap: spread(ap),
    ap50: spread(runs.map((run) => run.ap50)),
    ap75: spread(runs.map((run) => run.ap75)),
    pValue,
    verdict: verdict(pValue, rank, ap.length),
    stepMs: average(runs.map((run) => run.stepMs)),
    strategyMs: average(runs.map((run) => run.strategyMs)),
    positives: average(runs.map((run) => run.positives)),
    negatives: average(runs.map((run) => run.negatives)),
  };
}

function verdict(pValue: number | null, rank: number, n: number): StrategySummary['verdict'] {
  if (rank === 0 && n > 1) return 'best';
  if (pValue === null) return 'unknown';
  return pValue < SIGNIFICANCE ? 'worse' : 'within noise';
}

function meanAp(runs: readonly RunResult[]): number {
  return average(runs.map((run) => run.ap));
}
