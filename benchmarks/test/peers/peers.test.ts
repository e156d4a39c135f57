import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isTimed, type PeersResult } from '../../peers/row.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const out = mkdtempSync(path.join(os.tmpdir(), 'equipoise-peers-test-'));
const hasTaskset = spawnSync('taskset', ['--version']).status === 0;

afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Runs `npm run bench:peers` as a user does, on a machine without any peer. */
function peers(...args: string[]) {
  const script = path.join(root, 'benchmarks/peers/peers.ts');
  const nowhere = ['--no-setup', '--venv', path.join(out, 'no-such-venv')];
  return spawnSync(process.execPath, ['--conditions=@equipoise/source', script, ...nowhere, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
}

test.skipIf(!hasTaskset)(
  'measures ours, and gives a row with its reason to each peer that is missing',
  { timeout: 120_000 },
  () => {
    const args = ['--quick', '--works', 'assignment,scaling-top-k', '--threads', '1', '--out', out];
    const { status, stdout } = peers(...args);
    expect(status).toBe(0);
    const { meta, rows, targets } = JSON.parse(
      readFileSync(path.join(out, 'peers.json'), 'utf8'),
    ) as PeersResult;
    expect(meta.quick).toBe(true);
    const missing = rows.find(({ implementation }) => implementation === 'mmdet eager');
    expect(missing).toMatchObject({ work: 'assignment', skipped: expect.stringContaining('process ended') });
    const composed = rows.find(({ implementation }) => implementation === 'equipoise composed, wasm')!;
    expect(isTimed(composed) && composed.differs).toBe(null);
    const ours = rows.filter(isTimed).filter(({ ratioToOurs }) => ratioToOurs === 1);
    expect(new Set(ours.map(({ work, anchors }) => `${work} ${anchors}`))).toEqual(
      new Set(['assignment 2000', 'scaling-top-k 1000', 'scaling-top-k 10000']),
    );
    expect(ours.every((row) => row.ours === row.implementation)).toBe(true);
    // The target stays in the table.
    expect(targets).toMatchObject([
      {
        work: 'assignment',
        against: 'mmdet eager',
        ratio: null,
        why: expect.stringContaining('mmdet eager: '),
      },
    ]);
    expect(stdout).toContain('skipped: the process ended');
    const report = readFileSync(path.join(out, 'report.html'), 'utf8');
    // The assignment's figures, and the lines of what is measured against itself.
    expect(report.match(/<svg role="img"/g)).toHaveLength(2);
    expect(report).not.toMatch(/NaN|undefined|(src|href)="http/);
  },
);

test.skipIf(!hasTaskset)('what was measured stays', { timeout: 120_000 }, () => {
  const args = ['--quick', '--works', 'scaling-top-k', '--threads', '1', '--out', path.join(out, 'again')];
  args.push('--implementations', 'host, wasm');
  const { stdout } = peers(...args);
  expect(stdout).not.toContain('(stored)');
  expect(stdout).not.toContain('simd');
  expect(peers(...args).stdout.match(/\(stored\)/g)).toHaveLength(2);
});

test.each([
  [['--works', 'fokal'], '--works: expected one of focal, ghm-c'],
  [['--works', ','], '--works: names nothing'],
  [['--threads', '0'], '--threads: expected an integer from 1 to'],
  [['--threads', '4096'], '--threads: expected an integer from 1 to'],
  [['--wroks', 'focal'], 'wroks'],
  [['--quick', '--works', 'scaling-top-k', '--out', '/dev/null/x'], '/dev/null/x'],
])('%s is refused in one line with exit code 2', { timeout: 60_000 }, (args, words) => {
  const { status, stderr } = peers(...args);
  expect(stderr).toContain(words);
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
