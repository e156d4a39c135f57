/**
 * Compiles `assembly/` to WebAssembly, with SIMD and without, and writes the bytes as a TypeScript file, which is committed: so the package
 * works without a build step, without fetch, in Node and in browsers.
 *
 *     node build.ts            writes it
 *     node build.ts --check    fails where it would differ
 *
 * Relaxed SIMD has no variant: it rounds as the machine likes, and these kernels promise the same bits everywhere, since an overlap that is
 * off by one bit changes who is kept.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const HERE = import.meta.dirname;
const TARGET = path.join(HERE, 'src/kernels/module-bytes.ts');
const FLAGS = [
  // No run-time library, nothing at fixed addresses: a module may run in the memory of another.
  '--runtime=stub',
  '--noExportMemory',
  '--use=abort=',
  '--importMemory',
  '--initialMemory=0',
  '-O3',
  '--noAssert',
];

/** The text of the generated file. */
function generated(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'equipoise-simd-'));
  try {
    return [
      '// Made by build.ts from assembly/; do not edit.',
      '',
      ...constant('SIMD', compile(folder, ['--enable', 'simd'])),
      ...constant('SCALAR', compile(folder, ['--disable', 'simd'])),
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(folder: string, features: readonly string[]): string {
  const out = path.join(folder, 'module.wasm');
  const asc = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');
  execFileSync(process.execPath, [asc, 'assembly/index.ts', ...FLAGS, ...features, '-o', out], {
    cwd: HERE,
    stdio: 'inherit',
  });
  return readFileSync(out).toString('base64');
}

function constant(name: string, base64: string): string[] {
  const lines = base64.match(/.{1,100}/gu) ?? [];
  return [`export const ${name}: string = [`, ...lines.map((line) => `  '${line}',`), "].join('');", ''];
}

const text = generated();
if (!process.argv.includes('--check')) {
  writeFileSync(TARGET, text);
} else if (readFileSync(TARGET, 'utf8') !== text) {
  process.stderr.write(`${TARGET} is not what assembly/ compiles to; run node build.ts\n`);
  process.exitCode = 1;
}
