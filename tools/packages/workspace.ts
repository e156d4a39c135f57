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
  /** By key; files of JSON have a path instead of conditions. */
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
  readonly publishConfig?: { readonly access?: string };
  readonly bin?: unknown;
  readonly generators?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A workspace package that goes to npm. */
export interface Package {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

export const ROOT: string = path.resolve(import.meta.dirname, '../..');

/** Every workspace but the root, in the order of the folders. Read once. */
export const workspaces: () => readonly Package[] = once(() =>
  globSync(['packages/{*,*/*}/package.json', '{benchmarks,docs,examples/*}/package.json'], { cwd: ROOT })
    .toSorted()
    .map((file) => {
      const manifest = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Manifest;
      return { name: manifest.name, folder: path.join(ROOT, path.dirname(file)), manifest };
    }),
);

/** The packages that go to npm. */
export function publishable(): Package[] {
  return workspaces().filter(({ manifest }) => manifest.private !== true);
}

/** Whether it is a program or a generator, run by Node at a developer's: nobody bundles it. */
export function isTool({ bin, generators }: Manifest): boolean {
  return bin !== undefined || generators !== undefined;
}

/** Whether it holds kernels, registered on import: these lie in packages/kernels. */
export function isKernelPackage({ folder }: Package): boolean {
  return path.basename(path.dirname(folder)) === 'kernels';
}

/** Whether it holds strategies: these lie in packages/hard and packages/soft. */
export function isStrategyPackage({ folder }: Package): boolean {
  return ['hard', 'soft'].includes(path.basename(path.dirname(folder)));
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
