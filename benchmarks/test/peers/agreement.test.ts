import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { differenceOf } from '../../peers/agreement.ts';
import { readArrays, writeArrays, writeOutput } from '../../peers/inputs/arrays.ts';
import { reachedBy } from '../../peers/reached.ts';
import type { PeerRow } from '../../peers/row.ts';
import { focalWork } from '../../peers/works/focal.ts';
import type { Likeness } from '../../peers/works/work.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'equipoise-agreement-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compared(found: readonly number[], right: readonly number[], likeness: Likeness): string | null {
  const [mine, theirs] = ['mine.bin', 'theirs.bin'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  writeOutput(mine, found);
  writeOutput(theirs, right);
  return differenceOf([mine], [theirs], [likeness]);
}

test('numbers agree within a share of the largest', () => {
  const near = { kind: 'numbers', within: 1e-3 } as const;
  expect(compared([1, 1000], [1.9, 1000], near)).toBeNull();
  expect(compared([1, 1000], [2.1, 1000], near)).toMatch(
    /^1 of 2 numbers, most at 0: 1, the reference has 2.09/,
  );
  expect(compared([1, 1000], [2.1, 1000], { ...near, exceptions: 0.5 })).toBeNull();
  expect(compared([1, 900], [2.1, 1000], { ...near, exceptions: 0.5 })).toMatch(/^2 of 2/);
  expect(compared([1], [1, 2], near)).toBe('1 numbers, the reference has 2');
  expect(compared([1, NaN], [1, 2], near)).toContain('most at 1: NaN');
  expect(compared([1, 2], [1, 2.0000002], { kind: 'numbers', within: 0 })).not.toBeNull();
});

test('indices agree in any order, whatever the padding', () => {
  const same = { kind: 'indices' } as const;
  expect(compared([3, 0, 7, -1, -1], [7, 3, 0], same)).toBeNull();
  expect(compared([3, 0, 8, -1], [7, 3, 0], same)).toBe("1 indices more and 1 fewer than the reference's 3");
});

test('arrays come back as they were written', () => {
  const arrays = {
    scores: { shape: [2, 2], values: Float32Array.of(1, -0.5, 1e-30, 3) },
    labels: { shape: [3], values: Int32Array.of(-1, 80, 3) },
  };
  writeArrays(folder, arrays);
  expect(readArrays(folder)).toEqual(arrays);
});

test('of several peers the fastest counts, and one that computes something else is no peer', () => {
  const row = (implementation: string, ms: number, differs: string | null): PeerRow => ({
    work: 'focal',
    anchors: 10,
    classes: 80,
    threads: 1,
    implementation,
    medianMs: ms,
    spreadMs: 0,
    samples: 1,
    ratioToOurs: ms / 2,
    ours: 'equipoise simd, cpu',
    growth: null,
    differs,
  });
  const reached = reachedBy(
    [
      row('mmdet eager', 12, null),
      row('torch.compile', 8, null),
      row('JAX jit', 3, 'output 0'),
      row('mmdet eager, CUDA', 1, null),
      row('equipoise simd, cpu', 2, null),
    ],
    focalWork,
  );
  expect(reached).toMatchObject([
    { against: 'mmdet eager', target: 4, ratio: 6 },
    { against: 'torch.compile', target: 1.2, ratio: 4 },
    { against: 'torch.compile, grad_and_value', target: 1.2, ratio: null },
  ]);
});
