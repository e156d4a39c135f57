import { checkOptions, numberOption } from '@equipoise/core';

/**
 * GD(g), the exact gradient density of paper §3.2, in double precision and O(N log N): the number of norms in
 * [g − ε/2, g + ε/2) over the length of that window inside [0, 1].
 *
 * @param norms N gradient norms in [0, 1].
 * @param epsilon ε, the width of the window, in (0, 1].
 * @returns [N] densities; an entry of density N is as frequent as if all norms were spread evenly. Its weight is β = N / GD.
 * @throws EquipoiseError for an ε out of range.
 */
export function exactDensity(norms: ArrayLike<number>, epsilon: number): Float64Array {
  checkOptions('@equipoise/ghm', { epsilon: numberOption(1, { min: 1e-6, max: 1 }) }, { epsilon });
  const values = Float64Array.from(norms);
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const density = new Float64Array(values.length);
  densityInOrder(values, order, epsilon, density);
  return density;
}

/** The density of the norms at `ascending`, their indices in ascending order, written to the same indices of `density`. */
export function densityInOrder(
  norms: ArrayLike<number>,
  ascending: Int32Array,
  epsilon: number,
  density: Float32Array | Float64Array,
): void {
  const half = epsilon / 2;
  const count = ascending.length;
  let first = 0;
  let end = 0;
  for (const i of ascending) {
    const g = norms[i]!;
    const [low, high] = [g - half, g + half];
    while (norms[ascending[first]!]! < low) first += 1;
    while (end < count && norms[ascending[end]!]! < high) end += 1;
    density[i] = (end - first) / (Math.min(high, 1) - Math.max(low, 0));
  }
}
