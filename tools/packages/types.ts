import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Consumer, consumer } from './consumer.ts';
import type { Package } from './workspace.ts';

/** TypeScript's releases that our types are proven on, by the name they are installed under. */
const COMPILERS = {
  'typescript-5.6': 'npm:typescript@~5.6.0',
  'typescript-5.9': 'npm:typescript@~5.9.0',
  'typescript-6': 'npm:typescript@6',
  'typescript-7': 'npm:typescript@7',
};

/** The checks of libraries stay on: the declarations of ours are what is checked. */
const CONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: 'NodeNext',
    target: 'ES2022',
    noEmit: true,
    types: ['node'],
  },
  files: ['use.mts'],
};

/** A user of every export of every package, and a mistake that the types must find. */
function useOf(packages: readonly Package[]): string {
  const entries = packages.flatMap(({ name, manifest }) =>
    Object.keys(manifest.exports!).map((key) => path.posix.join(name, key)),
  );
  return `${entries.map((name, i) => `export * as use${i} from '${name}';`).join('\n')}
import { focal } from '@equipoise/focal';
export const sound = focal({ gamma: 2 });
// @ts-expect-error: no such option
export const unsound = focal({ gama: 2 });
`;
}

/** A folder with every package and every compiler. */
export function typed(
  folder: string,
  packages: readonly Package[],
  tarballs: ReadonlyMap<string, string>,
): Consumer {
  const ours = Object.fromEntries(packages.map(({ name }) => [name, '*']));
  const home = consumer(folder, { ...ours, ...COMPILERS, '@types/node': '^22' }, tarballs);
  writeFileSync(path.join(folder, 'use.mts'), useOf(packages));
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
  return home;
}

/** The names of the compilers. */
export const compilers: readonly string[] = Object.keys(COMPILERS);

/** Compiles with one of them; throws the errors in the use and in our declarations. TensorFlow.js has some of its own. Gives the version. */
export function compile(folder: string, compiler: string): string {
  const tsc = path.join(folder, 'node_modules', compiler, 'bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const faults = stdout
    .split('\n')
    .filter((line) => /^(use\.mts|node_modules\/@equipoise\/|error )/.test(line));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return execFileSync(process.execPath, [tsc, '--version'], { encoding: 'utf8' }).trim();
}
