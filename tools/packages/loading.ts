import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runFile } from './consumer.ts';
import { output } from './program.ts';
import type { Package } from './workspace.ts';

/** Entries that start a device as they are imported, and have to say what is missing where there is none. */
const DEVICES: ReadonlySet<string> = new Set(['@equipoise/webgpu/node']);

/** What users may import, program and generator files aside. */
export function entriesOf(packages: readonly Package[]): string[] {
  return packages
    .flatMap(({ name, manifest }) =>
      Object.keys(manifest.exports ?? {})
        .filter((key) => !key.endsWith('.json'))
        .map((key) => path.posix.join(name, key)),
    )
    .filter((entry) => !DEVICES.has(entry));
}

const COUNT = `const count = (one) => Object.keys(one).filter((key) => !['__esModule', 'module.exports'].includes(key)).length;`;

/** Writes the modules that {@link load} runs: one imports the entries, one requires them. */
export function writeLoaders(folder: string, entries: readonly string[]): void {
  const list = JSON.stringify(entries);
  const loader = (how: string): string =>
    `${COUNT}\nfor (const name of ${list}) {
  try { console.log(name, count(${how})); } catch (error) { console.log(name, 'FAILS', error.message); }
}\n`;
  writeFileSync(path.join(folder, 'import.mjs'), loader('await import(name)'));
  writeFileSync(path.join(folder, 'require.cjs'), loader('require(name)'));
}

/** Imports and requires the entries by this release of Node; both must see the same exports. Gives how many there are in all. */
export async function load(folder: string, entries: readonly string[], node: string): Promise<string> {
  const counts = async (file: string): Promise<string[]> => {
    const printed = await output(node, [file], folder);
    const failing = printed.split('\n').filter((line) => line.includes(' FAILS '));
    if (failing.length > 0) throw new Error(`${file}: ${failing.join('\n')}`);
    // tfjs prints lines of its own.
    return printed.split('\n').filter((line) => /^\S+ \d+$/.test(line));
  };
  const [imported, required] = [await counts('import.mjs'), await counts('require.cjs')];
  if (imported.length !== entries.length) throw new Error(`imported: ${imported.join(', ')}`);
  const differing = imported.filter((line) => !required.includes(line));
  if (differing.length > 0) throw new Error(`required, exports differ: ${differing.join(', ')}`);
  return `${imported.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)} exports`;
}

/** A device entry, imported where no driver serves, whatever this machine has, must fail and name the way out. */
export async function failsWithoutDriver(folder: string, entry: string, naming: string): Promise<string> {
  const code = [
    `process.env['VK_ICD_FILENAMES'] = process.env['VK_DRIVER_FILES'] = '/nowhere/driver.json';`,
    `try { await import('${entry}'); console.log('it started'); } catch (error) { console.log(String(error)); }`,
  ].join('\n');
  const said = (await runFile(folder, 'device.mjs', code)).trim();
  const error = said.split('\n').find((line) => line.includes(naming));
  if (error === undefined) throw new Error(`expected an error that names ${naming}, got: ${said}`);
  return error;
}
