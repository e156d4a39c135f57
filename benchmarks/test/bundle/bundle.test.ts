import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { assemble, NAME } from '../../bundle/assemble.ts';
import { type BenchResult, isMeasured } from '../../throughput/row.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'equipoise-bundle-test-'));

afterAll(() => rmSync(root, { recursive: true, force: true }));

// Packing it takes minutes of xz and is left to the command; here is what lies in the archive.
test.skipIf(process.platform === 'win32')(
  'runs from a folder of its own, with nothing of this machine, fused kernels and all',
  { timeout: 120_000 },
  async () => {
    const folder = path.join(root, NAME);
    await assemble(folder);
    const elsewhere = path.join(root, 'elsewhere');
    mkdirSync(elsewhere);
    const args = ['--quick', '--backend', 'wasm', '--strategies', 'focal', '--operations', 'focal-sum'];
    const { status, stderr } = spawnSync(path.join(folder, 'run'), args, {
      cwd: elsewhere,
      encoding: 'utf8',
      // No Node, no home folder.
      env: { PATH: '/usr/bin:/bin' },
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { meta, rows } = JSON.parse(
      readFileSync(path.join(elsewhere, 'results/bench/bench.json'), 'utf8'),
    ) as BenchResult;
    expect(rows.filter(isMeasured).map(({ work, implementation }) => `${work} ${implementation}`)).toEqual([
      'focal fused',
      'focal default',
      'focal-sum fused',
      'focal-sum composed',
    ]);
    expect(meta.inputs).toBe(readdirSync(folder).includes('anchor-pool') ? 'pool' : 'synthetic');
    expect(readFileSync(path.join(elsewhere, 'results/bench/report.html'), 'utf8')).toContain(
      '<svg role="img"',
    );
  },
);
