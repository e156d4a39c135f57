import type { seededRandom } from '@equipoise/core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { tensor2d } from '@tensorflow/tfjs-core';

/** [n, 4] boxes on so many positions an axis, with sides up to a quarter of the image; few positions make overlaps tie. */
export function boxesOf(
  random: ReturnType<typeof seededRandom>,
  n: number,
  steps: number,
  side = 100,
): Tensor2D {
  const at = (): number => (side * random.below(steps)) / steps;
  const rows = Float32Array.from({ length: 4 * n });
  for (let i = 0; i < n; i += 1) {
    const [x, y] = [at(), at()];
    rows.set([x, y, x + at() / 4, y + at() / 4], 4 * i);
  }
  return tensor2d(rows, [n, 4]);
}
