import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { rolldown } from 'rolldown';

/** The folder in the archive, and the archive. */
export const NAME = 'equipoise-bench';

const BENCHMARKS = path.resolve(import.meta.dirname, '..');
const POOL = path.resolve(BENCHMARKS, '../../shared/data/anchor-pool');
const require = createRequire(import.meta.url);

/** The command of the archive. */
const RUN = `#!/bin/sh
# Runs the benchmark that lies here: ./run --quick, ./run --backend webgpu --large. Options as of npm run bench.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
[ -d "$here/anchor-pool" ] && export EQUIPOISE_ANCHOR_POOL="$here/anchor-pool"
exec "$here/node" "$here/app/bench.js" "$@"
`;

/** What CommonJS modules find in Node, for those that become part of a module. */
const COMMON_JS = `import { createRequire as equipoiseCreateRequire } from 'node:module';
const require = equipoiseCreateRequire(import.meta.url);
const __dirname = import.meta.dirname;
const __filename = import.meta.filename;`;

/** Fills a folder with everything that the benchmark needs; says what went in. */
export async function assemble(folder: string): Promise<{ readonly contents: readonly string[] }> {
  const app = path.join(folder, 'app');
  mkdirSync(app, { recursive: true });
  await bundleHarness(app);
  // Where the report looks for it from app/.
  copy(path.join(BENCHMARKS, 'report/page/style.css'), path.join(folder, 'app/page/style.css'));
  copy(process.execPath, path.join(folder, 'node'));
  chmodSync(path.join(folder, 'node'), 0o755);
  writeFileSync(path.join(folder, 'run'), RUN, { mode: 0o755 });
  writeFileSync(path.join(app, 'package.json'), '{ "type": "module" }\n');
  copyWasm(path.join(app, 'node_modules/@tensorflow/tfjs-backend-wasm'));
  const dawn = copyDawn(path.join(app, 'node_modules/webgpu'));
  const hasPool = existsSync(POOL);
  if (hasPool)
    for (const file of readdirSync(POOL)) copy(path.join(POOL, file), path.join(folder, 'anchor-pool', file));
  return {
    contents: [
      `Node ${process.version}, ${process.platform} ${process.arch}`,
      dawn ? 'Dawn: WebGPU on Vulkan' : 'no Dawn: npm has no webgpu for this platform',
      hasPool ? 'inputs of a real detector' : 'synthetic inputs',
    ],
  };
}

async function bundleHarness(app: string): Promise<void> {
  const build = await rolldown({
    input: {
      bench: path.join(BENCHMARKS, 'throughput/bench.ts'),
      worker: path.join(BENCHMARKS, 'throughput/worker.ts'),
    },
    platform: 'node',
    resolve: { conditionNames: ['@equipoise/source', 'node', 'import', 'default'] },
    // An addon stays a file.
    external: ['webgpu'],
    onLog(level, log, handle) {
      // tfjs is written so; a module that is missing is another matter.
      if (log.code !== 'EVAL' && log.code !== 'COMMONJS_VARIABLE_IN_ESM') handle(level, log);
    },
  });
  await build.write({ dir: app, format: 'esm', banner: COMMON_JS, minify: true });
  await build.close();
}

/** The backend looks for its WebAssembly where its package lies. */
function copyWasm(to: string): void {
  const from = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
  const files = ['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm.wasm'];
  for (const file of files) copy(path.join(from, file), path.join(to, 'dist', file));
  writeFileSync(
    path.join(to, 'package.json'),
    JSON.stringify({ name: '@tensorflow/tfjs-backend-wasm', main: `dist/${files[0]}` }),
  );
}

/** Dawn for this platform alone, with the Vulkan loader where this machine has one to lend; false where npm has no Dawn. */
function copyDawn(to: string): boolean {
  const from = path.dirname(require.resolve('webgpu'));
  const addon = `dist/${process.platform}-${process.arch}/dawn.node`;
  if (!existsSync(path.join(from, addon))) return false;
  for (const file of ['index.js', 'package.json', addon]) copy(path.join(from, file), path.join(to, file));
  const loader = path.join(path.dirname(addon), 'libvulkan.so.1');
  if (existsSync(path.join(from, loader))) copy(path.join(from, loader), path.join(to, loader));
  return true;
}

function copy(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(from, to);
}
