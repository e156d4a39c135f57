import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a package.json of ours says. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly files?: readonly string[];
  readonly type?: string;
  readonly sideEffects?: unknown;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A workspace package that goes to npm. */
export interface Package {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

export const ROOT: string = path.resolve(import.meta.dirname, '../..');

/** The packages that go to npm, in the order of their folders. */
export function publishable(): Package[] {
  return globSync('packages/{*,*/*}/package.json', { cwd: ROOT })
    .toSorted()
    .map((file) => {
      const manifest = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Manifest;
      return { name: manifest.name, folder: path.join(ROOT, path.dirname(file)), manifest };
    })
    .filter(({ manifest }) => manifest.private !== true);
}

/** Whether it holds strategies: these lie in packages/hard and packages/soft. */
export function isStrategyPackage({ folder }: Package): boolean {
  return ['hard', 'soft'].includes(path.basename(path.dirname(folder)));
}
