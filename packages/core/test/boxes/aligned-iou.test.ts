import { agrees } from '@equipoise/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignedIou } from '../../src/boxes/aligned-iou.ts';
import { boxes2d, onEachBackend } from './support.ts';

// Boxes that are equal, that touch, that are empty or inside out.
const box = fc.array(fc.nat(5), { minLength: 4, maxLength: 4 });
const drawn = fc.record({
  pairs: fc.array(fc.tuple(box, box), { minLength: 1, maxLength: 12 }),
  least: fc.constantFrom(1e-12, 1e-6, 2),
});

onEachBackend(() => {
  test('alignedIou is one law', async () => {
    const law = agrees(alignedIou, drawn, ({ pairs, least }) => [
      { a: boxes2d(pairs.map(([a]) => a)), b: boxes2d(pairs.map(([, b]) => b)) },
      { least },
    ]);
    await expect(fc.assert(law, { numRuns: 40 })).resolves.toBeUndefined();
  });
});
