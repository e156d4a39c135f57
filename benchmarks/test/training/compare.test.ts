import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Comparison } from '../../training/result.ts';
import { compare, comparison, root } from './command.ts';

const bccd = path.resolve(root, '../shared/data/bccd192');
const out = mkdtempSync(path.join(os.tmpdir(), 'equipoise-compare-'));

afterAll(() => rmSync(out, { recursive: true, force: true }));

test(
  'digits: trains, prints the table, writes both files, and goes on from stored runs',
  { timeout: 120_000 },
  () => {
    const folder = path.join(out, 'digits');
    const args = [
      '--strategies',
      'focal,hard-negative-mining+focal',
      '--steps',
      '4',
      '--seeds',
      '1',
      '--out',
      folder,
    ];
    const first = compare(...args);
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    expect(first.stdout).toContain('report.html');
    const { runs } = comparison(folder);
    expect(runs.map(({ strategy }) => strategy).sort()).toEqual(['focal', 'hard-negative-mining+focal']);
    for (const run of runs) {
      expect(run.curve.at(-1)?.step).toBe(4);
      expect(run.positives).toBeGreaterThan(0);
      expect(run.stepMs).toBeGreaterThan(run.strategyMs);
    }
    expect(readFileSync(path.join(folder, 'report.html'), 'utf8')).toContain('<svg');
    const again = compare(...args);
    expect(again.stdout.match(/\(stored\)/g)).toHaveLength(2);
  },
);

test('the same seed and backend give the same figures', { timeout: 120_000 }, () => {
  const figures = ['one', 'two'].map((name) => {
    const folder = path.join(out, name);
    expect(compare('--strategies', 'random', '--steps', '3', '--seeds', '1', '--out', folder).status).toBe(0);
    const [{ ap, carried, gradientNorms }] = comparison(folder).runs as [Comparison['runs'][number]];
    return { ap, carried, gradientNorms };
  });
  expect(figures[0]).toEqual(figures[1]);
});

test.each([
  [['--strategies', 'fokal'], 'unknown strategy fokal; known are cross-entropy'],
  [['--strategies', 'focal:gama=1'], 'option gama: expected one of preset, alpha, gamma, normalizer'],
  [['--steps', '0'], '--steps: expected an integer ≥ 1, got 0'],
  [['--backend', 'cuda'], '--backend: expected one of auto'],
  [['--data', '/no/such/folder'], '/no/such/folder'],
  [['--classes', 'cat'], 'unknown class cat'],
  [['--sedes', '2'], 'sedes'],
  [['--with', './no-such-module.ts'], '--with ./no-such-module.ts'],
])('%s is refused in one line with exit code 2', { timeout: 60_000 }, (args, words) => {
  const { status, stderr } = compare(...args);
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(words);
});

test.skipIf(!existsSync(bccd))(
  'platelets without prior bias: 3:1 mining learns (AP50 ≥ 75), cross-entropy per positive does not (≤ 30)',
  { timeout: 600_000 },
  () => {
    const folder = path.join(out, 'platelets');
    const strategies = 'hard-negative-mining,cross-entropy-per-positive';
    const { status } = compare(
      '--data',
      bccd,
      '--classes',
      'Platelets',
      '--no-prior',
      '--strategies',
      strategies,
      '--steps',
      '100',
      '--seeds',
      '1',
      '--out',
      folder,
    );
    expect(status).toBe(0);
    const ap50 = Object.fromEntries(
      comparison(folder).summary.map((entry) => [entry.strategy, entry.ap50.mean]),
    );
    expect(ap50['hard-negative-mining']).toBeGreaterThanOrEqual(75);
    expect(ap50['cross-entropy-per-positive']).toBeLessThanOrEqual(30);
  },
);
