import type { Spread, StrategySummary } from '../training/result.ts';

/** A number with one decimal; a true minus sign, and none before a zero. */
export function fixed(value: number, digits = 1): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** Mean ± standard deviation, or the mean alone where one run gave it. */
export function plusMinus({ mean, sd }: Spread): string {
  return sd === null ? fixed(mean) : `${fixed(mean)} ± ${fixed(sd)}`;
}

/** A count in few characters: 37, 2.9k, 54k, 1.2M, 12G. */
export function count(value: number): string {
  if (value >= 999_500_000) return `${compact(value / 1e9)}G`;
  if (value >= 999_500) return `${compact(value / 1e6)}M`;
  if (value >= 999.5) return `${compact(value / 1e3)}k`;
  return value > 0 && value < 9.95 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}

/** Milliseconds with the digits that matter. */
export function milliseconds(value: number): string {
  return value < 9.95 ? value.toFixed(value < 0.095 ? 2 : 1) : String(Math.round(value));
}

/** A stretch of time in round words: 40 s, 12 min, 1 h 20 min. */
export function duration(ms: number): string {
  if (ms < 59_500) return `${Math.ceil(ms / 1000)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A share of one, in per cent. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.95) return value < 0.1 ? '<0.1 %' : `${value.toFixed(1)} %`;
  return `${Math.round(value)} %`;
}

/** The strategy's share of a step, from 0 to 1. */
export function shareOfStep({ stepMs, strategyMs }: Pick<StrategySummary, 'stepMs' | 'strategyMs'>): number {
  return stepMs > 0 ? Math.min(1, strategyMs / stepMs) : 0;
}

/** How a strategy stands against the best, in words: "3.2 worse, p .01". */
export function difference(summary: StrategySummary, best: StrategySummary): string {
  const gap = fixed(best.ap.mean - summary.ap.mean);
  switch (summary.verdict) {
    case 'best':
      return 'best';
    case 'worse':
      return `${gap} worse, ${probability(summary.pValue)}`;
    case 'within noise':
      return `within noise, ${probability(summary.pValue)}`;
    case 'unknown':
      return summary === best ? 'highest, one seed' : `${gap} lower, one seed`;
  }
}

/** Names as English lists them: "a", "a and b", "a, b and c", "a, b and 3 more". */
export function list(names: readonly string[], most = 4): string {
  const shown =
    names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** A number and its noun: "1 seed", "3 seeds". */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? noun : plural}`;
}

/** Keeps a value and what belongs to it on one line. */
export function unbroken(text: string): string {
  return text
    .replaceAll(' ± ', '\u00A0±\u00A0')
    .replaceAll(' %', '\u00A0%')
    .replaceAll('|p − y|', '|p\u00A0−\u00A0y|');
}

/** Takes the middle out of a long name: those of one family differ at the end. */
export function shorten(name: string, length = 22): string {
  if (name.length <= length) return name;
  const head = Math.ceil((length - 1) * 0.6);
  return `${name.slice(0, head)}…${name.slice(name.length - (length - 1 - head))}`;
}

function probability(p: number | null): string {
  if (p === null) return 'p unknown';
  if (p < 0.001) return 'p <.001';
  if (p > 0.995) return 'p 1';
  return `p ${p.toFixed(p < 0.01 ? 3 : 2).slice(1)}`;
}

function compact(value: number): string {
  return value < 9.95 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}
