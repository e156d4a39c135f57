// npm run packages:install: packs every package, installs the tarballs in empty folders and uses them there; a line a proof.
// After `npm run build`. npm fetches TensorFlow.js, and the releases of Node that are not on the PATH.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { consumer, type Consumer } from './consumer.ts';
import { nodeVersions } from './node-versions.ts';
import { LAWS, STEP } from './outside.ts';
import { pack } from './pack.ts';
import { exampleOf } from './readme-example.ts';
import { compile, compilers, typed } from './types.ts';
import { isStrategyPackage, type Package, publishable } from './workspace.ts';

const TFJS = '^4.22.0';

const temporary = mkdtempSync(path.join(os.tmpdir(), 'equipoise-install-'));
let failed = 0;

/** One proof, one line. */
function prove<T>(what: string, proof: () => T): T | undefined {
  try {
    const result = proof();
    console.log(`proven  ${what}${typeof result === 'string' ? `: ${result}` : ''}`);
    return result;
  } catch (error) {
    failed++;
    console.log(`FAILED  ${what}`);
    console.error(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** The first example of the package's README, with what the README says to install. */
function proveExample({ folder, name }: Package, { run }: Consumer): void {
  const { text: code, failsWith, needs } = exampleOf(folder).example;
  if (needs !== undefined) return console.log(`skipped ${name}: README example: needs ${needs}`);
  if (failsWith === undefined) {
    prove(`${name}: README example runs`, () => void run('example.mjs', code));
    return;
  }
  prove(`${name}: README example fails with "${failsWith}"`, () => {
    try {
      run('example.mjs', code);
    } catch (error) {
      if (String(error).includes(failsWith)) return;
      throw error;
    }
    throw new Error('it ran to its end');
  });
}

/** Module and CommonJS see the same exports, on every release. */
function proveLoading({ name, manifest }: Package, { run }: Consumer, programs: Map<string, string>): void {
  const entries = Object.keys(manifest.exports!).map((key) => path.posix.join(name, key));
  const report = `console.log(all.map((one) => Object.keys(one).filter((key) => key !== '__esModule').length).join());`;
  const asModule = `const all = await Promise.all(${JSON.stringify(entries)}.map((name) => import(name)));\n${report}`;
  const asCommonJs = `const all = ${JSON.stringify(entries)}.map((name) => require(name));\n${report}`;
  prove(`${name}: import and require on Node ${[...programs.keys()].join(', ')}`, () => {
    const counts = [...programs.values()].flatMap((node) => [
      run('import.mjs', asModule, node).trim(),
      run('require.cjs', asCommonJs, node).trim(),
    ]);
    if (new Set(counts).size !== 1) throw new Error(`exports differ: ${counts.join(' | ')}`);
    return `${counts[0]} exports`;
  });
}

try {
  const packages = publishable();
  const tarballs = new Map(packages.map((entry) => [entry.name, pack(entry, temporary).tarball]));
  const { programs, missing } = nodeVersions(temporary);
  for (const major of missing) console.log(`skipped Node ${major}: not on this machine`);

  prove('@equipoise/focal alone, with core: finite loss and gradient on cpu', () => {
    const peers = ['tfjs-core', 'tfjs-backend-cpu', 'tfjs-layers'].map((name) => [
      `@tensorflow/${name}`,
      TFJS,
    ]);
    const bare = { '@equipoise/focal': '*', ...(Object.fromEntries(peers) as Record<string, string>) };
    const alone = consumer(path.join(temporary, 'alone'), bare, tarballs);
    if (alone.ours.join() !== 'core,focal') throw new Error(`it brings ${alone.ours.join()}`);
    return `loss ${alone.run('step.mjs', STEP).trim()}`;
  });

  for (const entry of packages) {
    const { installs } = exampleOf(entry.folder);
    const wanted = Object.fromEntries(
      installs.map((name) => [name, name.startsWith('@tensorflow/') ? TFJS : '*']),
    );
    const home = prove(`${entry.name}: ${['npm install', ...installs].join(' ')}`, () =>
      consumer(path.join(temporary, path.basename(entry.name)), wanted, tarballs),
    );
    if (home === undefined) continue;
    if (isStrategyPackage(entry)) {
      prove(`${entry.name} brings core and nothing else of ours`, () => {
        const expected = ['core', path.basename(entry.name)].toSorted().join(', ');
        if (home.ours.join(', ') !== expected) throw new Error(`it brings ${home.ours.join(', ')}`);
      });
    }
    proveExample(entry, home);
    proveLoading(entry, home, programs);
    if (entry.name === '@equipoise/testkit') {
      prove('a strategy written outside keeps the laws', () => {
        const [passed] = home.run('laws.mjs', LAWS).match(/pass \d+/) ?? [];
        if (passed === undefined || passed === 'pass 0') throw new Error('no law was run');
        return passed;
      });
    }
    rmSync(home.folder, { recursive: true, force: true });
  }

  const home = prove('all packages in one folder, with TypeScript', () =>
    typed(path.join(temporary, 'types'), packages, tarballs),
  );
  if (home !== undefined) {
    for (const name of compilers) prove('types of all packages', () => compile(home.folder, name));
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(failed === 0 ? 'installation: all proven' : `installation: ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
