import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** A copy of the workspace that a test may change. */
export interface ScratchWorkspace {
  readonly folder: string;
  /** Runs a program of its node_modules; gives what it printed, or throws that. */
  readonly run: (program: string, ...args: readonly string[]) => string;
  /** Makes a package known by its name, as `npm install` does. */
  readonly link: (name: string, folder: string) => void;
}

/** Copies what git knows or would add; packages from elsewhere are linked, those of ours lead into the copy. */
export function scratchWorkspace(): ScratchWorkspace {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'equipoise-workspace-'));
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of new Set(listed.trim().split('\n'))) {
    cpSync(path.join(ROOT, file), path.join(folder, file), { force: true });
  }
  const installed = path.join(ROOT, 'node_modules');
  const own = path.join(folder, 'node_modules');
  mkdirSync(path.join(own, '@equipoise'), { recursive: true });
  for (const name of readdirSync(installed)) {
    if (name === '@equipoise' || name === '.cache') continue;
    if (name === 'create-equipoise-strategy') symlinkSync(`../packages/${name}`, path.join(own, name));
    else symlinkSync(path.join(installed, name), path.join(own, name));
  }
  const link = (name: string, target: string): void => {
    symlinkSync(path.join('../..', target), path.join(own, '@equipoise', name));
  };
  for (const scoped of ['core', 'coco', 'testkit', 'nx']) link(scoped, `packages/${scoped}`);
  for (const kind of ['hard', 'soft', 'kernels']) {
    for (const name of readdirSync(path.join(folder, 'packages', kind)))
      link(name, `packages/${kind}/${name}`);
  }
  const run = (program: string, ...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(path.join(own, '.bin', program), args, {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        NX_DAEMON: 'false',
        NO_COLOR: '1',
        NODE_OPTIONS: '--conditions=@equipoise/source',
      },
    });
    if (status !== 0)
      throw new Error(`${program} ${args.join(' ')}: exit code ${status}\n${stdout}${stderr}`);
    return stdout;
  };
  return { folder, run, link };
}
