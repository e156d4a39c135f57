import { expect, test } from 'vitest';
import { withGrowth } from '../../peers/growth.ts';
import { isTimed, type PeerRow } from '../../peers/row.ts';

const row = (implementation: string, anchors: number, medianMs: number): PeerRow => ({
  work: 'scaling-focal',
  anchors,
  classes: 1,
  threads: 1,
  implementation,
  medianMs,
  spreadMs: 0,
  samples: 1,
  ratioToOurs: 1,
  ours: 'a',
  growth: null,
  differs: null,
});

test('growth is against the smallest size that the same implementation was measured at', () => {
  const rows = withGrowth([
    row('a', 1000, 2),
    row('a', 100, 1),
    row('b', 100, 4),
    { work: 'scaling-focal', anchors: 10, classes: 1, threads: 1, implementation: 'b', skipped: 'no' },
    row('b', 1000, 80),
    { ...row('b', 10, 1), threads: 2 },
  ]);
  expect(rows.map((row) => (isTimed(row) ? row.growth : row.skipped))).toEqual([
    0.2,
    null,
    null,
    'no',
    2,
    null,
  ]);
});
