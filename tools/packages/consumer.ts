import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { output } from './program.ts';

/** A folder outside the repository, as a user has it, with packages installed by npm. */
export interface Consumer {
  readonly folder: string;
  /** What npm put at the top of node_modules, sorted. */
  readonly arrived: readonly string[];
}

/** Which peers npm brings: with what they need, as it does for users; or none, to see what a package itself brings. */
export type Peers = 'peers' | 'no peers';

/**
 * Installs into an empty folder. `packages` are names, with a version where one is needed; those of ours, and what they bring of ours, come
 * from the tarballs.
 */
export async function consumer(
  folder: string,
  packages: Readonly<Record<string, string>>,
  tarballs: ReadonlyMap<string, string>,
  peers: Peers = 'peers',
): Promise<Consumer> {
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
  const options = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error'];
  if (peers === 'no peers') options.push('--legacy-peer-deps');
  await output('npm', ['install', ...options], folder);
  return { folder, arrived: topLevel(path.join(folder, 'node_modules')) };
}

/** Writes a file into the folder and runs it; gives what it printed, or throws it. */
export function runFile(
  folder: string,
  file: string,
  code: string,
  node: string = process.execPath,
): Promise<string> {
  writeFileSync(path.join(folder, file), code);
  return output(node, [file], folder);
}

/** The packages at the top of a node_modules, sorted. */
export function topLevel(modules: string): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(path.join(modules, name)).map((part) => `${name}/${part}`) : [name],
    )
    .toSorted();
}
