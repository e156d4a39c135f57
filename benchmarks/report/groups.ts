import type { Comparison, RunResult, StrategySummary } from '../training/result.ts';
import { type Look, looksOf } from './looks.ts';
import { runsByStrategy } from './summary.ts';

/** Everything the figures need of one strategy. */
export interface Group {
  readonly look: Look;
  readonly summary: StrategySummary;
  readonly runs: readonly RunResult[];
}

/** The strategies in the order of the summary, the best first. */
export function groupsOf({ runs, summary }: Comparison): Group[] {
  const looks = looksOf(summary);
  const byStrategy = runsByStrategy(runs);
  return summary.flatMap((summary) => {
    const look = looks.get(summary.strategy);
    return look ? [{ look, summary, runs: byStrategy.get(summary.strategy) ?? [] }] : [];
  });
}

/** The group where `measure` is largest, and the one where it is smallest; groups without a number are passed over. */
export function extremes(
  groups: readonly Group[],
  measure: (group: Group) => number,
): { readonly most: Extreme; readonly least: Extreme } | undefined {
  const measured = groups
    .map((group) => ({ group, name: group.look.name, value: measure(group) }))
    .filter(({ value }) => Number.isFinite(value))
    .toSorted((a, b) => b.value - a.value);
  const [most, least] = [measured[0], measured.at(-1)];
  return most && least ? { most, least } : undefined;
}

/** A strategy and its value. */
export interface Extreme {
  readonly group: Group;
  readonly name: string;
  readonly value: number;
}
