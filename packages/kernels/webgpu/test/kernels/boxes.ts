import { seededRandom } from '@equipoise/core';

/** n boxes x1 y1 x2 y2 within 120 pixels, sides 0 to 40, on a grid of `steps` places a side. */
export function boxes(seed: number, n: number, steps: number): Float32Array {
  const random = seededRandom(seed);
  const along = (length: number): number => (random.below(steps) / steps) * length;
  const rows = new Float32Array(4 * n);
  for (let i = 0; i < n; i += 1) {
    const [x, y] = [along(80), along(80)];
    rows.set([x, y, x + along(40), y + along(40)], 4 * i);
  }
  return rows;
}
