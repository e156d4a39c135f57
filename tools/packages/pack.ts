import path from 'node:path';
import { output } from './program.ts';
import type { Package } from './workspace.ts';

/** What `npm publish` would send. */
export interface Packed {
  readonly tarball: string;
  readonly files: readonly string[];
}

/** Packs it into the folder, as it would be published. */
export async function pack({ folder }: Package, into: string): Promise<Packed> {
  const printed = await output('npm', ['pack', '--json', '--silent', '--pack-destination', into], folder);
  const [{ filename, files }] = JSON.parse(printed) as [{ filename: string; files: { path: string }[] }];
  return { tarball: path.join(into, filename), files: files.map((file) => file.path) };
}

/** What is wrong with the content of a tarball. Sources go along with libraries, for whoever steps through them. */
export function contentFaults(files: readonly string[], withSources: boolean): string[] {
  const held = new Set(files);
  const sources = withSources ? ['src/index.ts'] : [];
  const faults = ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', ...sources]
    .filter((file) => !held.has(file))
    .map((file) => `${file} is not packed`);
  // Templates hold the tests of what is made from them.
  const foreign = files.filter(
    (file) =>
      !file.startsWith('templates/') && /(^|\/)(test|tests|fixtures)\/|\.test\.|tsbuildinfo/.test(file),
  );
  faults.push(...foreign.map((file) => `${file} is packed`));
  const orphans = files.filter((file) => {
    const source = file.match(/^dist\/(.*)\.js$/)?.[1];
    return withSources && source !== undefined && !held.has(`src/${source}.ts`);
  });
  if (orphans.length > 0) {
    faults.push(
      `dist holds what sources since moved left behind (${orphans.join(', ')}): delete dist and tsconfig.lib.tsbuildinfo, and build`,
    );
  }
  return faults;
}
