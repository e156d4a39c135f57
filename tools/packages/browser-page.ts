import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { consumer } from './consumer.ts';
import { output } from './program.ts';
import type { Manifest } from './workspace.ts';

/** Installs into an empty folder what pages name, each by the package.json among its sources. */
export async function pageConsumer(
  pages: readonly string[],
  folder: string,
  tarballs: ReadonlyMap<string, string>,
): Promise<void> {
  const named = pages.map((sources): Readonly<Record<string, string>> => {
    const manifest = JSON.parse(readFileSync(path.join(sources, 'package.json'), 'utf8')) as Manifest;
    return { ...manifest.dependencies, ...manifest.devDependencies };
  });
  await consumer(folder, Object.assign({}, ...named) as Record<string, string>, tarballs);
}

/** Copies a page's sources into the folder of {@link pageConsumer} and builds it with Vite. Gives the folder of the built page. */
export async function buildPage(sources: string, folder: string): Promise<string> {
  const page = path.join(folder, path.basename(sources));
  const isSource = (file: string): boolean =>
    !/node_modules|package\.json|tsconfig|\.cache|\/dist/.test(path.relative(sources, file));
  cpSync(sources, page, { recursive: true, filter: isSource });
  const vite = path.join(folder, 'node_modules/vite/bin/vite.js');
  await output(process.execPath, [vite, 'build', '--logLevel=warn'], page);
  return path.join(page, 'dist');
}
