// The formulas of ALGORITHMS §13–15 as plain loops in double precision, quadratic on purpose: what the fast forms are compared with.

/** Entries of one ranking. */
export interface Entries {
  readonly scores: readonly number[];
  /** Above 0 a positive (its quality), 0 a negative, below 0 ignored. */
  readonly targets: readonly number[];
  /** Localisation errors; read at positives. */
  readonly errors: readonly number[];
}

function step(x: number, delta: number): number {
  if (delta === 0) return x >= 0 ? 1 : 0;
  return Math.min(1, Math.max(0, x / (2 * delta) + 0.5));
}

function split({ scores, targets }: Entries) {
  const indices = [...scores.keys()];
  const positives = indices.filter((i) => targets[i]! > 0).toSorted((a, b) => scores[a]! - scores[b]!);
  return { positives, negatives: indices.filter((j) => targets[j] === 0) };
}

const zerosLike = (values: readonly number[]): number[] => values.map(() => 0);

/** AP-Loss as the official code loops: positives by ascending score, precision interpolated. */
export function averagePrecisionLoop(entries: Entries, delta: number) {
  const { scores } = entries;
  const { positives, negatives } = split(entries);
  const gradient = zerosLike(scores);
  let best = 0;
  let sum = 0;
  for (const i of positives) {
    const a = positives.reduce((total, k) => total + (k === i ? 1 : step(scores[k]! - scores[i]!, delta)), 0);
    const b = negatives.reduce((total, j) => total + step(scores[j]! - scores[i]!, delta), 0);
    const precision = a / (a + b);
    const rho = precision >= best ? 1 : (1 - best) / (1 - precision);
    best = Math.max(best, precision);
    for (const j of negatives) gradient[j]! += (rho * step(scores[j]! - scores[i]!, delta)) / (a + b);
    gradient[i] = -(1 - best);
    sum += best;
  }
  const count = Math.max(1, positives.length);
  return { loss: positives.length === 0 ? 0 : 1 - sum / count, gradient: gradient.map((g) => g / count) };
}

/** aLRP as the authors' code loops. */
export function alrpLoop(entries: Entries, delta: number) {
  const { scores, errors } = entries;
  const { positives, negatives } = split(entries);
  const gradient = zerosLike(scores);
  const ranks = zerosLike(scores);
  let sum = 0;
  for (const i of positives) {
    const others = positives.filter((k) => k !== i);
    const h = (j: number) => step(scores[j]! - scores[i]!, delta);
    const falsely = negatives.reduce((total, j) => total + h(j), 0);
    const truly = 1 + others.reduce((total, k) => total + h(k), 0);
    ranks[i] = truly + falsely;
    sum += truly / ranks[i];
    if (falsely <= 1e-5) continue;
    gradient[i] = -(others.reduce((total, k) => total + h(k) * errors[k]!, 0) + falsely) / ranks[i];
    for (const j of negatives) gradient[j]! -= (gradient[i] * h(j)) / falsely;
  }
  const count = Math.max(1, positives.length);
  // Positives by descending score, running sum of errors over the rank.
  let running = 0;
  let localization = 0;
  for (const i of positives.toReversed()) {
    running += errors[i]!;
    localization += running / ranks[i]!;
  }
  return {
    loss: positives.length === 0 ? 0 : 1 - sum / count,
    gradient: gradient.map((g) => g / count),
    ranks,
    localization: localization / count,
  };
}

/** Rank & Sort as the authors' code loops. */
export function rankSortLoop(entries: Entries, delta: number) {
  const { scores, targets } = entries;
  const { positives, negatives } = split(entries);
  const gradient = zerosLike(scores);
  let [ranking, sorting] = [0, 0];
  for (const i of positives) {
    const h = (j: number) => step(scores[j]! - scores[i]!, delta);
    const total = (of: readonly number[], value: (j: number) => number) =>
      of.reduce((sum, j) => sum + h(j) * value(j), 0);
    const better = positives.filter((k) => targets[k]! >= targets[i]!);
    const worse = positives.filter((k) => targets[k]! < targets[i]!);
    const falsely = total(negatives, () => 1);
    const rankAmong = total(positives, () => 1);
    const rankingError = falsely / (rankAmong + falsely);
    const lack = (k: number) => 1 - targets[k]!;
    const sortingError = total(positives, lack) / rankAmong - total(better, lack) / total(better, () => 1);
    ranking += rankingError;
    sorting += sortingError;
    if (falsely > 1e-10) {
      gradient[i]! -= rankingError;
      for (const j of negatives) gradient[j]! += (h(j) * rankingError) / falsely;
    }
    const missorted = total(worse, () => 1);
    if (missorted > 1e-10) {
      gradient[i]! -= sortingError;
      for (const k of worse) gradient[k]! += (h(k) * sortingError) / missorted;
    }
  }
  const count = Math.max(1, positives.length);
  return {
    ranking: ranking / count,
    sorting: sorting / count,
    gradient: gradient.map((g) => g / count),
  };
}
