// npm run packages:install [-- --counts FILE]: packs every package, installs the tarballs in empty folders and uses them there; a line a
// proof, counts at the end, and in FILE as JSON. After `npm run build`. npm fetches TensorFlow.js, and releases of Node that are not here.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findChromium } from './browser.ts';
import { buildPage, pageConsumer } from './browser-page.ts';
import { type Consumer, consumer, runFile } from './consumer.ts';
import { proveFromTarballs } from './created-strategy.ts';
import { SERVED, visitKernels } from './kernels-page.ts';
import { limitedView } from './limited-view.ts';
import { entriesOf, failsWithoutDriver, load, writeLoaders } from './loading.ts';
import { nodeVersions } from './node-versions.ts';
import { STEP } from './outside.ts';
import { pack } from './pack.ts';
import { holdToLaws, judge, planted, RUNNERS } from './planted-faults.ts';
import { inParallel } from './program.ts';
import { proofs } from './proofs.ts';
import { exampleOf, hasExample, type ReadmeExample } from './readme-example.ts';
import { visitTraining } from './training-page.ts';
import { compile, COMPILERS, writeUse } from './types.ts';
import { isKernelPackage, isStrategyPackage, isTool, type Package, publishable, ROOT } from './workspace.ts';

const { values } = parseArgs({ options: { counts: { type: 'string' } } });
const TFJS = '^4.22.0';
const BACKEND = { '@tensorflow/tfjs-backend-cpu': TFJS, '@tensorflow/tfjs-layers': TFJS };

const temporary = mkdtempSync(path.join(os.tmpdir(), 'equipoise-install-'));
const { prove, skip, counts } = proofs();
const packages = publishable();
const libraries = packages.filter(({ manifest }) => !isTool(manifest));
const home = (name: string): string => path.join(temporary, name);
const ours = (names: readonly string[]): string[] =>
  names.filter((name) => packages.some((entry) => entry.name === name));

/** What of ours comes along: core under a strategy or a kernel, and nothing else. */
async function proveAlone(entry: Package, tarballs: ReadonlyMap<string, string>): Promise<void> {
  await prove(`${entry.name} brings core and nothing else of ours`, async () => {
    const folder = home(`bare/${entry.name}`);
    const { arrived } = await consumer(folder, { [entry.name]: '*' }, tarballs, 'no peers');
    const expected = ['@equipoise/core', entry.name].toSorted().join(', ');
    if (ours(arrived).join(', ') !== expected) throw new Error(`it brings ${arrived.join(', ')}`);
    return arrived.join(', ');
  });
}

/** A training step with one strategy, installed as its README says. */
async function proveStep(tarballs: ReadonlyMap<string, string>): Promise<void> {
  await prove('@equipoise/focal and TensorFlow.js alone: finite loss and gradient on cpu', async () => {
    const { folder, arrived } = await consumer(
      home('alone'),
      { '@equipoise/focal': '*', ...BACKEND },
      tarballs,
    );
    if (ours(arrived).join() !== '@equipoise/core,@equipoise/focal')
      throw new Error(`it brings ${arrived.join()}`);
    return `loss ${(await runFile(folder, 'step.mjs', STEP)).trim().split('\n').at(-1)}`;
  });
}

/** Faulty strategies of outsiders, with the kit alone. */
async function proveKit(tarballs: ReadonlyMap<string, string>): Promise<void> {
  const names = { '@equipoise/core': '*', '@equipoise/testkit': '*', vitest: '5.1.1', ...BACKEND };
  const kit = await prove('core, test kit and vitest alone', () => consumer(home('kit'), names, tarballs));
  if (kit === undefined) return;
  await inParallel(['vitest', 'node:test'] satisfies (keyof typeof RUNNERS)[], async (runner) => {
    const printed = await holdToLaws(kit.folder, runner);
    for (const name of planted) {
      await prove(`${runner}: strategy ${name}`, () => judge(name, printed));
    }
  });
}

/** What the READMEs promise, by package; those of programs show commands and need no code. */
async function readExamples(): Promise<Map<string, ReadmeExample>> {
  const read = new Map<string, ReadmeExample>();
  for (const { folder, name, manifest } of packages) {
    if (isTool(manifest) && !hasExample(folder)) {
      skip(`${name}: README example`, 'it shows commands');
      continue;
    }
    const example = await prove(`${name}: README says what to install, and has an example`, () =>
      exampleOf(folder),
    );
    if (example !== undefined) read.set(name, example);
  }
  return read;
}

/** The first example of a README, where only what the README installs can be imported. */
async function proveExample(name: string, read: ReadmeExample, everything: Consumer): Promise<void> {
  const { text, failsWith, needs } = read.example;
  if (needs !== undefined) return skip(`${name}: README example`, `needs ${needs}`);
  const view = home(`views/${name}`);
  mkdirSync(view, { recursive: true });
  limitedView(view, read.installs, everything.folder);
  const ending = failsWith === undefined ? 'runs' : `fails with "${failsWith}"`;
  await prove(`${name}: README example ${ending}`, async () => {
    const failure = await runFile(view, 'example.mjs', text).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (failsWith === undefined && failure !== undefined) throw new Error(failure);
    if (failsWith !== undefined && failure?.includes(failsWith) !== true) {
      throw new Error(failure ?? 'it ran to its end');
    }
  });
}

/** All packages in one folder: README examples, modules and CommonJS on every Node, types on every TypeScript. */
async function proveEverything(tarballs: ReadonlyMap<string, string>): Promise<void> {
  const examples = await readExamples();
  const named = [...examples.values()].flatMap(({ installs }) => installs);
  const wanted = {
    ...Object.fromEntries([...named, ...packages.map(({ name }) => name)].map((name) => [name, '*'])),
    ...Object.fromEntries(
      named.filter((name) => name.startsWith('@tensorflow/')).map((name) => [name, TFJS]),
    ),
    ...BACKEND,
    ...COMPILERS,
    '@types/node': '^22',
  };
  const everything = await prove('all packages in one folder', () => consumer(home('all'), wanted, tarballs));
  if (everything === undefined) return;
  const { folder } = everything;
  await inParallel([...examples], ([name, example]) => proveExample(name, example, everything));
  const entries = entriesOf(packages);
  writeLoaders(folder, entries);
  const { programs, missing } = nodeVersions(temporary);
  for (const major of missing) skip(`Node ${major}`, 'not on this machine');
  await inParallel([...programs], ([version, node]) =>
    prove(`import and require of ${entries.length} entries on Node ${version}`, () =>
      load(folder, entries, node),
    ),
  );
  await prove('@equipoise/webgpu/node without a driver says how to get one', () =>
    failsWithoutDriver(folder, '@equipoise/webgpu/node', 'VK_ICD_FILENAMES'),
  );
  writeUse(folder, entriesOf(libraries));
  await inParallel(Object.keys(COMPILERS), (compiler) =>
    prove(`types of all libraries with ${compiler}`, () => compile(folder, compiler)),
  );
}

/** Pages that Vite builds from the tarballs, opened in a real browser. */
async function proveBrowser(tarballs: ReadonlyMap<string, string>): Promise<void> {
  const program = findChromium();
  if (program === undefined) return skip('browser pages', 'no Chromium here: npm run setup:chromium');
  const training = path.join(ROOT, 'examples/browser');
  const kernels = path.dirname(fileURLToPath(import.meta.resolve('./kernels-page/main.ts')));
  const folder = home('browser');
  await prove('what the browser pages name', () => pageConsumer([training, kernels], folder, tarballs));
  const trains = await prove('examples/browser: Vite builds it', () => buildPage(training, folder));
  if (trains !== undefined) await proveTraining(program, trains);
  const computes = await prove('kernels: Vite builds a page of them', () => buildPage(kernels, folder));
  if (computes !== undefined) await proveKernels(program, computes);
}

/** The page of examples/browser trains: on plain JavaScript, and on WebGPU. */
async function proveTraining(program: string, built: string): Promise<void> {
  const [plain, gpu] = await inParallel([false, true], (gpu) =>
    prove(
      `examples/browser: trains in Chromium ${gpu ? 'on WebGPU' : 'without an adapter, on cpu'}`,
      async () => {
        const shown = await visitTraining(program, built, gpu);
        if (shown.backend !== (gpu ? 'webgpu' : 'cpu')) throw new Error(`it runs on ${shown.backend}`);
        return shown;
      },
    ),
  );
  await prove('examples/browser: cpu and WebGPU begin at the same loss', () => {
    if (plain === undefined || gpu === undefined) throw new Error('one of them did not train');
    const said = `${plain.first} on cpu, ${gpu.first} on WebGPU`;
    if (!(Math.abs(plain.first - gpu.first) <= 1e-3 * plain.first)) throw new Error(said);
    return said;
  });
}

/** The kernels of simd and webgpu compute: on a page served plainly, and on a cross-origin isolated one, where tfjs and simd have threads. */
async function proveKernels(program: string, built: string): Promise<void> {
  await inParallel(SERVED, (served) =>
    prove(`kernels in Chromium, ${served.name}`, () => visitKernels(program, built, served)),
  );
}

/** A strategy made by `npm create equipoise-strategy` outside the workspace: its tests, its build, its line in the comparison. */
async function proveCreated(tarballs: ReadonlyMap<string, string>): Promise<void> {
  for (const kind of ['hard', 'soft'] as const) {
    const folder = home(`created-${kind}`);
    mkdirSync(folder);
    await prove(`npm create equipoise-strategy, ${kind}`, () =>
      proveFromTarballs(tarballs, folder, kind).join('; '),
    );
  }
}

try {
  const packed = await inParallel(
    packages,
    async (entry) => [entry.name, (await pack(entry, temporary)).tarball] as const,
  );
  const tarballs = new Map(packed);
  await inParallel(
    [
      () => proveEverything(tarballs),
      () => proveKit(tarballs),
      () => proveBrowser(tarballs),
      () => proveStep(tarballs),
      ...packages
        .filter((entry) => isStrategyPackage(entry) || isKernelPackage(entry))
        .map((entry) => () => proveAlone(entry, tarballs)),
    ],
    (task) => task(),
  );
  await proveCreated(tarballs);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
const { passed, failed, skipped } = counts();
if (values.counts !== undefined) writeFileSync(values.counts, JSON.stringify(counts()));
console.log(`installation: ${passed} proven, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
