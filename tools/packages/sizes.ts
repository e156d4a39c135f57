import path from 'node:path';
import preset from '@size-limit/preset-small-lib';
import sizeLimit from 'size-limit';
import { isStrategyPackage, type Package } from './workspace.ts';

/** Bytes of a bundle, minified and compressed by gzip. */
export interface Sizes {
  /** All that the package exports, its dependencies and peers left out. */
  readonly whole: number;
  /** The export that costs most when it is imported alone, dependencies and peers left out. */
  readonly largest: { readonly name: string; readonly size: number };
  /** That export with core, peers left out. */
  readonly withCore: number;
}

/** Bytes of the kernels of a backend: shaders compress well, and simd carries its modules with it. */
const KERNELS: Readonly<Record<string, number>> = { '@equipoise/simd': 32_000, '@equipoise/webgpu': 20_000 };

/** Bytes that a package may add to a bundle when one export is imported: a strategy alone, the kernels of a backend. Others: no limit. */
export function budgetOf(entry: Package): number | undefined {
  return isStrategyPackage(entry) ? 6000 : KERNELS[entry.name];
}

/** Measures the built package with size-limit. */
export async function sizesOf({ folder, manifest }: Package): Promise<Sizes> {
  const entry = path.join(folder, 'dist/index.js');
  const foreign = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const names = Object.keys((await import(entry)) as object);
  const own = await bundle(
    ['*', ...names.map((name) => `{ ${name} }`)].map((what) => [entry, what, foreign]),
  );
  const alone = own.slice(1);
  const at = alone.indexOf(Math.max(...alone));
  const others = foreign.filter((name) => name !== '@equipoise/core');
  const [withCore] = await bundle([[entry, `{ ${names[at]} }`, others]]);
  return { whole: own[0]!, largest: { name: names[at]!, size: alone[at]! }, withCore: withCore! };
}

type Bundle = readonly [entry: string, imports: string, ignore: readonly string[]];

async function bundle(bundles: readonly Bundle[]): Promise<number[]> {
  const checks = bundles.map(([entry, imports, ignore]) => ({
    files: [entry],
    import: { [entry]: imports },
    ignore,
    gzip: true,
  }));
  const results = (await sizeLimit(preset, { checks })) as { size: number }[];
  return results.map(({ size }) => size);
}
