import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { consumer } from './consumer.ts';
import { output } from './program.ts';
import { type Manifest, ROOT } from './workspace.ts';

const EXAMPLE = path.join(ROOT, 'examples/browser');

/** Copies the browser example into an empty folder, installs what it names and builds it with Vite. Gives the folder of the built page. */
export async function buildPage(folder: string, tarballs: ReadonlyMap<string, string>): Promise<string> {
  const manifest = JSON.parse(readFileSync(path.join(EXAMPLE, 'package.json'), 'utf8')) as Manifest;
  const vite = manifest.devDependencies?.['vite'] ?? '*';
  await consumer(folder, { ...manifest.dependencies, vite }, tarballs);
  const isSource = (file: string): boolean =>
    !/node_modules|package\.json|tsconfig|\.cache|\/dist/.test(path.relative(EXAMPLE, file));
  cpSync(EXAMPLE, folder, { recursive: true, filter: isSource });
  await output(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel=warn'], folder);
  return path.join(folder, 'dist');
}
