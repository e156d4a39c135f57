import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A folder outside the repository, as a user has it, with packages installed by npm. */
export interface Consumer {
  readonly folder: string;
  /** Packages of ours that npm put there. */
  readonly ours: readonly string[];
  /** Writes a file into it and runs that, or throws what it printed. */
  readonly run: (file: string, code: string, node?: string) => string;
}

/**
 * Installs into an empty folder. `packages` are names, with a version where one is needed; those of ours, and what they bring of ours, come
 * from the tarballs.
 */
export function consumer(
  folder: string,
  packages: Readonly<Record<string, string>>,
  tarballs: ReadonlyMap<string, string>,
): Consumer {
  mkdirSync(folder, { recursive: true });
  const file = (name: string): string => `file:${tarballs.get(name)}`;
  const dependencies = Object.fromEntries(
    Object.entries(packages).map(([name, version]) => [name, tarballs.has(name) ? file(name) : version]),
  );
  const overrides = Object.fromEntries([...tarballs.keys()].map((name) => [name, file(name)]));
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ private: true, dependencies, overrides }),
  );
  const options = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  execFileSync('npm', ['install', ...options], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const run = (file: string, code: string, node = process.execPath): string => {
    writeFileSync(path.join(folder, file), code);
    const { status, stdout, stderr } = spawnSync(node, [file], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${file}: exit code ${status}\n${stdout}${stderr}`);
    return stdout;
  };
  return { folder, ours: readdirSync(path.join(folder, 'node_modules/@equipoise')).toSorted(), run };
}
