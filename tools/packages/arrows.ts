import path from 'node:path';
import { type Import, importsUnder, isRelative, packageOf, packagesOf } from './imports.ts';
import { isKernelPackage, isStrategyPackage, type Package, publishable, workspaces } from './workspace.ts';

const CORE = '@equipoise/core';
const TFJS = '@tensorflow/tfjs-core';

/** What the sources of a room of the house may import. */
interface Room {
  /** Where they lie in their package. */
  readonly folder: string;
  /** Names of ours, beside their own package. */
  readonly ours: ReadonlySet<string>;
  /** Whether they may name a backend of tfjs. Elsewhere the user chooses it. */
  readonly backends: boolean;
}

/** What the sources of our packages stand on; the others stand on core alone. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  [CORE]: [],
  'create-equipoise-strategy': [],
  '@equipoise/nx': ['create-equipoise-strategy'],
};

/**
 * The house's arrows point one way. Sources of strategies, kernels, the data sets and the test kit stand on core, core on nothing of ours.
 * Of tfjs, sources import tfjs-core alone; a kernel may import its backend. Tests use any published package and any backend. Nobody reaches
 * into another's files. What sources import is declared, and the reverse.
 */
export function arrowFaults(entry: Package): string[] {
  const sources = {
    folder: 'src',
    ours: new Set(BELOW[entry.name] ?? [CORE]),
    backends: isKernelPackage(entry),
  };
  const tests = { folder: 'test', ours: published(), backends: true };
  return [...roomFaults(entry, sources), ...roomFaults(entry, tests), ...declarationFaults(entry)];
}

/** Examples are what a user writes: published packages, by name. Benchmarks may use every package, by name too. */
export function privateArrowFaults(entry: Package): string[] {
  const isExample = path.basename(path.dirname(entry.folder)) === 'examples';
  const ours = isExample ? published() : new Set(workspaces().map(({ name }) => name));
  return roomFaults(entry, { folder: '.', ours, backends: true }).map((fault) => `${entry.name}: ${fault}`);
}

function published(): Set<string> {
  return new Set(publishable().map(({ name }) => name));
}

function roomFaults(entry: Package, room: Room): string[] {
  return importsUnder(path.join(entry.folder, room.folder)).flatMap((one) => {
    const fault = isRelative(one.specifier) ? reach(entry, room, one) : arrow(entry, room, one.specifier);
    const where = path.posix.join(room.folder, one.file);
    return fault === undefined ? [] : [`${where}:${one.line} imports ${one.specifier}: ${fault}`];
  });
}

/** A relative import stays in its package, and a source's among the sources. */
function reach(entry: Package, { folder }: Room, { file, specifier }: Import): string | undefined {
  const limit = path.join(entry.folder, folder === 'src' ? 'src' : '.');
  const target = path.resolve(entry.folder, folder, path.dirname(file), specifier);
  // A kernel is held to its operation, and not every operation is public.
  const isOperation = /\/src\/operations\/[^/]+\.ts$/.test(target);
  if (isKernelPackage(entry) && folder === 'test' && isOperation) return undefined;
  return target.startsWith(limit + path.sep) ? undefined : `it reaches out of ${path.basename(limit)}`;
}

function arrow(entry: Package, { folder, ours, backends }: Room, specifier: string): string | undefined {
  const { name, key } = packageOf(specifier);
  const own = name === entry.name && folder !== 'src';
  const target = workspaces().find((one) => one.name === name);
  if (target !== undefined && !own && !ours.has(name)) {
    return `it may import ${[...ours].join(', ') || 'nothing'} of ours`;
  }
  if (target !== undefined && target.manifest.exports?.[key] === undefined) {
    return `${name} does not export ${key}`;
  }
  if (name.startsWith('@tensorflow/') && name !== TFJS && !backends) return `only ${TFJS}`;
  if (folder === 'src' && isStrategyPackage(entry) && name !== CORE && name !== TFJS) {
    return `a strategy may import ${CORE} and ${TFJS} only`;
  }
  return undefined;
}

/** Sources import what package.json declares, all of it, and tfjs-core as a peer. */
function declarationFaults({ folder, manifest }: Package): string[] {
  const imported = packagesOf(importsUnder(path.join(folder, 'src')));
  const { dependencies = {}, peerDependencies = {} } = manifest;
  const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  const faults = [
    ...[...imported]
      .filter((name) => !declared.has(name))
      .map((name) => `src imports ${name}, which package.json lacks`),
    ...[...declared]
      .filter((name) => !imported.has(name))
      .map((name) => `package.json declares ${name}, src imports it not`),
  ];
  if (imported.has(TFJS) && !peerDependencies[TFJS]?.startsWith('^4.22')) {
    faults.push(`peerDependencies: expected "${TFJS}": "^4.22.0", got ${peerDependencies[TFJS] ?? 'none'}`);
  }
  return faults;
}
