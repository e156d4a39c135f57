import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type BenchResult, isMeasured } from '../../throughput/row.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const out = mkdtempSync(path.join(os.tmpdir(), 'equipoise-bench-'));

afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Runs `npm run bench` as a user does. */
function bench(...args: string[]) {
  return spawnSync('npm', ['run', '-s', 'bench', '--', ...args], { cwd: root, encoding: 'utf8' });
}

test(
  'quick: measures, skips what cannot fit, writes both files, and goes on from there',
  { timeout: 120_000 },
  () => {
    const args = ['--quick', '--backend', 'wasm', '--inputs', 'synthetic', '--out', out];
    args.push(
      '--anchors',
      '1k,10M',
      '--classes',
      '80',
      '--strategies',
      'focal',
      '--operations',
      'ghm-histogram',
    );
    const first = bench(...args);
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    const { meta, rows } = JSON.parse(readFileSync(path.join(out, 'bench.json'), 'utf8')) as BenchResult;
    expect(meta.quick).toBe(true);
    expect(meta.backends['wasm']).toContain('1 thread');
    const measured = rows.filter(isMeasured);
    expect(measured.map(({ work, implementation }) => `${work} ${implementation}`)).toEqual([
      'focal fused',
      'focal default',
      'ghm-histogram fused',
      'ghm-histogram host',
      'ghm-histogram composed',
    ]);
    for (const row of measured) {
      expect(row.anchors).toBe(1000);
      expect(row.samples).toBeGreaterThanOrEqual(5);
      expect(row.medianMs).toBeGreaterThanOrEqual(row.minMs);
      expect(row.anchorsPerSecond).toBeCloseTo(1e6 / row.medianMs, 3);
      expect(row.copyShare).toBeCloseTo(row.bytesRequired / (row.medianMs / 1e3) / row.copyBytesPerSecond, 9);
    }
    // One process, one clock.
    expect(measured.every(({ wallMs, bytesMoved }) => wallMs === null && bytesMoved === null)).toBe(true);
    // Logits and their gradients, deltas, theirs and their targets, labels.
    expect(measured[0]!.bytesRequired).toBe(4 * 1000 * (2 * 80 + 3 * 4 + 1));
    expect(measured[0]!.peakBytes).toBeGreaterThan(measured[0]!.bytesRequired);
    expect(measured[0]!.ratioToComposed).toBeNull();
    expect(measured[2]!.ratioToComposed).toBeCloseTo(measured[4]!.medianMs / measured[2]!.medianMs, 6);
    const skipped = rows.filter((row) => !isMeasured(row));
    expect(skipped).toHaveLength(3);
    expect(skipped[0]).toMatchObject({
      anchors: 10_000_000,
      skipped: expect.stringContaining('too large for memory'),
    });
    expect(first.stdout).toContain('too large for memory');
    const report = readFileSync(path.join(out, 'report.html'), 'utf8');
    expect(report.match(/<svg role="img"/g)).toHaveLength(9);
    expect(report).not.toMatch(/(src|href)="http/);
    expect(report).not.toMatch(/NaN|undefined/);
    const again = bench(...args);
    expect(again.stdout.match(/\(stored\)/g)).toHaveLength(3);
  },
);

test('a strategy that crashes its process leaves the rest', { timeout: 60_000 }, () => {
  const folder = path.join(out, 'crash');
  const crash = path.join(out, 'crash.mjs');
  writeFileSync(
    crash,
    "export default { name: 'crash', kind: 'soft', needs: [], init() {}, apply: () => process.abort() };",
  );
  const args = ['--quick', '--backend', 'wasm', '--operations', 'none', '--kernels', 'none', '--out', folder];
  const { status } = bench(...args, '--strategies', 'crash,focal', '--with', crash);
  expect(status).toBe(0);
  const { rows } = JSON.parse(readFileSync(path.join(folder, 'bench.json'), 'utf8')) as BenchResult;
  expect(rows.map((row) => [row.work, isMeasured(row)])).toEqual([
    ['crash', false],
    ['focal', true],
  ]);
  expect(rows[0]).toMatchObject({ skipped: expect.stringContaining('SIGABRT') });
});

test.each([
  [['--strategies', 'fokal'], 'unknown strategy fokal; known are cross-entropy'],
  [['--strategies', 'focal:gama=1'], 'option gama: expected one of'],
  [['--operations', 'nsm'], '--operations: expected one of focal-sum'],
  [['--backend', 'cuda'], '--backend: expected one of auto'],
  [['--backend', 'wasm', '--kernels', 'none', '--threads', '2'], 'runs on one thread, got 2'],
  [['--kernels', 'simd'], '--kernels: expected one of fused, none, composed, got simd'],
  [['--anchors', '0'], '--anchors: expected an integer ≥ 1, such as 100k, got 0'],
  [['--anchors', '1.5k'], 'got 1.5k'],
  [['--anchors', ','], '--anchors: names nothing'],
  [['--classes', '0'], '--classes: expected an integer ≥ 1'],
  [['--threads', '0'], '--threads: expected an integer ≥ 1'],
  [['--inputs', 'real'], '--inputs: expected one of pool, synthetic, uniform'],
  [['--stages', 'late'], '--stages: expected one of initial'],
  [['--ancors', '1k'], 'ancors'],
  [['--with', './no-such-module.ts'], '--with ./no-such-module.ts'],
  [['--strategies', 'focal', '--quick', '--backend', 'wasm', '--out', '/dev/null/x'], '/dev/null/x'],
])('%s is refused in one line with exit code 2', { timeout: 60_000 }, (args, words) => {
  const { status, stderr } = bench(...args);
  expect(stderr).toContain(words);
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
