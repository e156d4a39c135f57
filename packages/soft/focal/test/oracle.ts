// The formulas in double precision, as the papers have them, of one entry or one row.

/** ln(1 + e^x). */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
/** σ(z). */
export const sigmoid = (z: number): number =>
  z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z));
/** Cross-entropy of σ(z) with y in [0, 1]. */
export const binary = (z: number, y: number): number => y * softplus(-z) + (1 - y) * softplus(z);
/** α_t; 1 where α is off. */
export const balance = (y: number, alpha: number | null): number =>
  alpha === null ? 1 : alpha * y + (1 - alpha) * (1 - y);

export function focal(z: number, y: number, alpha: number | null, gamma: number): number {
  const against = y * sigmoid(-z) + (1 - y) * sigmoid(z);
  return balance(y, alpha) * against ** gamma * binary(z, y);
}

export function quality(z: number, y: number, beta: number): number {
  return Math.abs(y * sigmoid(-z) - (1 - y) * sigmoid(z)) ** beta * binary(z, y);
}

export function varifocal(z: number, q: number, alpha: number, gamma: number, weighted: boolean): number {
  return (q > 0 ? (weighted ? q : 1) : alpha * sigmoid(z) ** gamma) * binary(z, q);
}

export function poly1(z: number, y: number, alpha: number | null, gamma: number, epsilon: number): number {
  return focal(z, y, alpha, gamma) + epsilon * sigmoid(y ? -z : z) ** (gamma + 1);
}

/** The factor of the asymmetric loss is taken at `factorAt`, so that it may be held still. */
export function asymmetric(
  z: number,
  y: number,
  options: { gammaPositive: number; gammaNegative: number; clip: number },
  factorAt: number = z,
): number {
  const shifted = (at: number): number => Math.max(sigmoid(at) - options.clip, 0);
  if (y) return sigmoid(-factorAt) ** options.gammaPositive * softplus(-z);
  const loss = options.clip === 0 ? softplus(z) : -Math.log1p(-shifted(z));
  return shifted(factorAt) ** options.gammaNegative * loss;
}

export function gaussian(z: number, y: number, alpha: number, gamma: number): number {
  return y === 1 ? sigmoid(-z) ** alpha * softplus(-z) : (1 - y) ** gamma * sigmoid(z) ** alpha * softplus(z);
}

/** ln softmax. */
export function logSoftmax(z: readonly number[]): number[] {
  const top = Math.max(...z);
  const total = z.reduce((sum, x) => sum + Math.exp(x - top), 0);
  return z.map((x) => x - top - Math.log(total));
}

/** 1 − p of one column, to every digit. */
export function complement(z: readonly number[], column: number): number {
  const top = Math.max(...z);
  const masses = z.map((x) => Math.exp(x - top));
  const total = masses.reduce((sum, x) => sum + x, 0);
  return masses.reduce((sum, x, k) => (k === column ? sum : sum + x), 0) / total;
}

export function singleLabel(
  z: readonly number[],
  label: number,
  gammaPositive: number,
  gammaNegative: number,
  smoothing: number,
): number {
  return logSoftmax(z).reduce((loss, logP, k) => {
    const target = (k === label ? 1 - smoothing : 0) + smoothing / z.length;
    const factor = k === label ? complement(z, k) ** gammaPositive : Math.exp(logP) ** gammaNegative;
    return loss - target * factor * logP;
  }, 0);
}

/** Seesaw's class loss under weights S_ij held still. */
export function seesaw(z: readonly number[], label: number, weights: readonly number[]): number {
  return -logSoftmax(z.map((x, j) => (j === label ? x : x + Math.log(weights[j]!))))[label]!;
}

export function ranking(
  z: readonly number[],
  side: readonly number[],
  { lambda = [1, 0.1 / Math.log(3.5)], steepness = 6, tau = 4, margin = 0.5 } = {},
): number {
  const mean = (of: number, s: number): number | undefined => {
    const p = z.flatMap((x, i) => (side[i] === of ? [sigmoid(x)] : []));
    const masses = p.map((x) => Math.exp(s * x));
    const total = masses.reduce((sum, x) => sum + x, 0);
    return p.length === 0 ? undefined : p.reduce((sum, x, i) => sum + (x * masses[i]!) / total, 0);
  };
  const gap = (mean(0, 1 / lambda[1]!) ?? 0) - (mean(1, -1 / lambda[0]!) ?? 1) + margin;
  return (tau / steepness) * softplus(steepness * gap);
}

/** Central differences of f at z. */
export function slope(f: (z: number) => number, z: number, h: number = 1e-5): number {
  return (f(z + h) - f(z - h)) / (2 * h);
}

/** Central differences of f at each coordinate of a row. */
export function slopes(f: (z: readonly number[]) => number, z: readonly number[]): number[] {
  return z.map((at, k) => slope((x) => f(z.with(k, x)), at));
}
