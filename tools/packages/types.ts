import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ended, output } from './program.ts';

/** TypeScript's releases that our types are proven on, by the name they are installed under. */
export const COMPILERS: Readonly<Record<string, string>> = {
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

/** Writes a user of every entry, and a mistake that the types must find. */
export function writeUse(folder: string, entries: readonly string[]): void {
  const use = `${entries.map((name, i) => `export * as use${i} from '${name}';`).join('\n')}
import { focal } from '@equipoise/focal';
export const sound = focal({ gamma: 2 });
// @ts-expect-error: no such option
export const unsound = focal({ gama: 2 });
`;
  writeFileSync(path.join(folder, 'use.mts'), use);
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
}

/** Compiles with one of them; throws the errors in the use and in our declarations. TensorFlow.js has some of its own. Gives the version. */
export async function compile(folder: string, compiler: string): Promise<string> {
  const tsc = path.join(folder, 'node_modules', compiler, 'bin/tsc');
  const { output: said } = await ended(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], folder);
  const faults = said
    .split('\n')
    .filter((line) => /^(use\.mts|node_modules\/@equipoise\/|error )/.test(line));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return (await output(process.execPath, [tsc, '--version'], folder)).trim();
}
