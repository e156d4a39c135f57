import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withWebgpu } from '../support/with-webgpu.ts';

const packageFolder = path.join(import.meta.dirname, '../..');
const scratch = mkdtempSync(path.join(tmpdir(), 'equipoise-webgpu-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs a module in a process of its own, which ends by itself. */
function run(code: string, env: NodeJS.ProcessEnv = {}): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@equipoise/source', '--input-type=module', '--eval', code],
    { cwd: packageFolder, env: { ...process.env, ...env }, encoding: 'utf8', timeout: 20_000 },
  );
  return { status, said: stdout + stderr };
}

withWebgpu("import '@equipoise/webgpu/node'", () => {
  it('is all that it takes', () => {
    const { status, said } = run(`
      import '@equipoise/webgpu/node';
      import { add, getBackend, getKernel, ones } from '@tensorflow/tfjs-core';
      console.log(getBackend(), getKernel('PointwiseSum', 'webgpu') !== undefined, (await add(ones([2000]), 1).data())[7]);
    `);
    expect(said).toContain('webgpu true 2');
    expect(status).toBe(0);
  });
});

describe("import '@equipoise/webgpu/node' where something is missing", () => {
  it.runIf(process.platform === 'linux')('a driver that does not serve', () => {
    const { status, said } = run("import '@equipoise/webgpu/node'", {
      VK_ICD_FILENAMES: path.join(scratch, 'none.json'),
    });
    // Also where npm's webgpu itself does not load: that is said, then.
    expect(said).toMatch(/GPU adapter: expected a Vulkan driver.*VK_ICD_FILENAMES, got none|glibc 2\.34/);
    expect(status).toBe(1);
  });

  it("npm's webgpu", () => {
    // A module tree in which everything but that is linked.
    const modules = path.join(packageFolder, '../../../node_modules');
    const dawn = path.join(scratch, 'dawn.ts');
    mkdirSync(path.join(scratch, 'node_modules/@equipoise'), { recursive: true });
    symlinkSync(path.join(modules, '@equipoise/core'), path.join(scratch, 'node_modules/@equipoise/core'));
    const { said } = run(`
      import { copyFileSync } from 'node:fs';
      copyFileSync('src/node/dawn.ts', ${JSON.stringify(dawn)});
      const { loadDawn } = await import(${JSON.stringify(dawn)});
      await loadDawn();
    `);
    expect(said).toMatch(/npm's webgpu: expected it beside @equipoise\/webgpu\/node: `npm i webgpu`/);
  });
});
