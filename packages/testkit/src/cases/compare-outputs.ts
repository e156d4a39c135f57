import type { CaseValue, Output } from './reference-case.ts';

/** How near is near: |ours − reference| ≤ absolute + relative · |reference|. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
  /** Takes the place of `absolute` where the reference is below it, as the gradients of saturated logits are. Default `absolute`. */
  readonly tiny?: number;
}

/** What a comparison found. */
export interface Differences {
  /** Largest |ours − reference|. */
  readonly absolute: number;
  /** Largest |ours − reference| / |reference|, over references that are not within the absolute tolerance of 0. */
  readonly relative: number;
  /** How many numbers were compared; that a list is empty, as it should be, counts as one. */
  readonly compared: number;
  /** Where the reference is NaN and ours is finite: a defect of the reference that we do not share. */
  readonly mendedNaN: number;
  /** One line for each mismatch, at most a few. */
  readonly mismatches: readonly string[];
}

/** Compares what an operation gave with what the reference gave, number by number. `toleranceOf` says how near an output must be. */
export function compareOutputs(
  reference: CaseValue,
  ours: Output | undefined,
  toleranceOf: (name: string) => Tolerance,
  echoes: readonly string[] = [],
): Differences {
  const found = { absolute: 0, relative: 0, compared: 0, mendedNaN: 0, mismatches: [] as string[] };
  const miss = (at: string, text: string): void => {
    if (found.mismatches.length < MOST) found.mismatches.push(`${at || 'outputs'}: ${text}`);
  };

  const compareNumber = (at: string, name: string, wanted: number, got: unknown): void => {
    found.compared++;
    const value = typeof got === 'boolean' ? Number(got) : got;
    if (typeof value !== 'number') {
      miss(at, `expected ${wanted}, got ${shown(got)}`);
      return;
    }
    if (Number.isNaN(wanted)) {
      if (Number.isFinite(value)) found.mendedNaN++;
      return;
    }
    if (value === wanted) return;
    const near = toleranceOf(name);
    const { relative, tiny = near.absolute } = near;
    const absolute = Math.abs(wanted) < near.absolute ? tiny : near.absolute;
    const error = Math.abs(value - wanted);
    if (error > found.absolute) found.absolute = error;
    if (Math.abs(wanted) > absolute) found.relative = Math.max(found.relative, error / Math.abs(wanted));
    if (!(error <= absolute + relative * Math.abs(wanted))) miss(at, `expected ${wanted}, got ${value}`);
  };

  const compare = (at: string, name: string, wanted: CaseValue, got: Output | undefined): void => {
    if (Array.isArray(wanted)) {
      const list = got as ArrayLike<Output> | null | undefined;
      if (typeof list?.length !== 'number' || typeof list === 'string') {
        miss(at, `expected a list of ${wanted.length}, got ${shown(got)}`);
        return;
      }
      if (list.length !== wanted.length) {
        miss(at, `expected ${wanted.length} entries, got ${list.length}`);
        return;
      }
      if (wanted.length === 0) found.compared++;
      (wanted as readonly CaseValue[]).forEach((entry, i) => {
        compare(`${at}[${i}]`, name, entry, list[i]);
      });
    } else if (wanted !== null && typeof wanted === 'object') {
      if (got === null || typeof got !== 'object') {
        miss(at, `expected a record, got ${shown(got)}`);
        return;
      }
      for (const [key, entry] of Object.entries(wanted)) {
        if (echoes.includes(key)) continue;
        compare(at ? `${at}.${key}` : key, key, entry, (got as Record<string, Output>)[key]);
      }
    } else if (wanted === null) {
      found.compared++;
      if (got !== null) miss(at, `expected null, got ${shown(got)}`);
    } else if (typeof wanted === 'string' && !SPECIAL.has(wanted)) {
      found.compared++;
      if (got !== wanted) miss(at, `expected ${wanted}, got ${shown(got)}`);
    } else {
      compareNumber(at, name, Number(wanted), got);
    }
  };

  compare('', '', reference, ours);
  return found;
}

const MOST = 4;
const SPECIAL: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}
