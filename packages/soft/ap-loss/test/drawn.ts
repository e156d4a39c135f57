import fc from 'fast-check';
import type { Entries } from './oracle.ts';

const f32 = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true }).map(Math.fround);
/** Scores with many equal ones, and many exactly δ apart. */
const score = fc.oneof(
  f32(-4, 4),
  fc.integer({ min: -8, max: 8 }).map((k) => k / 4),
  fc.constantFrom(-120, 120),
);
const target = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constant(-1) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 8 }).map((k) => k / 8) },
  { weight: 1, arbitrary: f32(0.01, 1) },
);

/** Random entries: ties, ignored ones, sometimes no positive or no negative. */
export const drawnEntries: fc.Arbitrary<Entries> = fc
  .array(fc.record({ score, target, error: f32(0, 2) }), { maxLength: 90 })
  .chain((rows) =>
    fc.constantFrom('all', 'no positives', 'no negatives').map((kind) => ({
      scores: rows.map((row) => row.score),
      targets: rows.map((row) => {
        if (kind === 'no positives' && row.target > 0) return 0;
        return kind === 'no negatives' && row.target === 0 ? -1 : row.target;
      }),
      errors: rows.map((row) => row.error),
    })),
  );
