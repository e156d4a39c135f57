// npm run packages:check: whether the packages are fit for npm, a line a package. After `npm run build`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { arrowFaults, privateArrowFaults } from './arrows.ts';
import { manifestFaults } from './manifest.ts';
import { contentFaults, pack } from './pack.ts';
import { budgetOf, sizesOf } from './sizes.ts';
import { isTool, type Package, publishable, workspaces } from './workspace.ts';

async function publintFaults({ manifest }: Package, tarball: string): Promise<string[]> {
  const { buffer } = Uint8Array.from(readFileSync(tarball));
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, manifest as never) ?? message.code}`);
}

/** Are the types wrong? For modules alone: CommonJS gets them by `require` of a module, on Node 20.19 and later. */
function attwFaults(tarball: string): string[] {
  const attw = path.join(
    path.dirname(fileURLToPath(import.meta.resolve('@arethetypeswrong/cli/package.json'))),
    'dist/index.js',
  );
  const { status, stdout } = spawnSync(
    process.execPath,
    [attw, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'],
    {
      encoding: 'utf8',
    },
  );
  return status === 0 ? [] : [`attw:\n${stdout}`];
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

let failed = 0;

const reaching = workspaces()
  .filter(({ manifest }) => manifest.private === true)
  .flatMap(privateArrowFaults);
console.log(`${reaching.length === 0 ? 'fit  ' : 'FAULT'} arrows of examples, benchmarks and docs`);
for (const fault of reaching) console.error(`      ${fault}`);
if (reaching.length > 0) failed++;

const temporary = mkdtempSync(path.join(os.tmpdir(), 'equipoise-pack-'));
try {
  for (const entry of publishable()) {
    const { tarball, files } = await pack(entry, temporary);
    const faults = [
      ...manifestFaults(entry),
      ...arrowFaults(entry),
      ...contentFaults(files, !isTool(entry.manifest)),
      ...(await publintFaults(entry, tarball)),
      ...attwFaults(tarball),
    ];
    let sizes = 'not for bundles';
    if (!isTool(entry.manifest)) {
      try {
        const { whole, largest, withCore } = await sizesOf(entry);
        sizes =
          `largest export alone ${largest.name} ${kilobytes(largest.size)}, with core ${kilobytes(withCore)}; ` +
          `whole package ${kilobytes(whole)}`;
        const budget = budgetOf(entry);
        if (budget !== undefined && largest.size > budget) {
          faults.push(`${largest.name} alone: ${kilobytes(largest.size)}, at most ${kilobytes(budget)}`);
        }
      } catch (error) {
        const [what, , where] = stripVTControlCharacters(String(error)).split('\n');
        faults.push(`it cannot be bundled: ${what} ${where ?? ''}`);
      }
    }
    console.log(`${faults.length === 0 ? 'fit  ' : 'FAULT'} ${entry.name}: ${files.length} files; ${sizes}`);
    for (const fault of faults) console.error(`      ${fault}`);
    if (faults.length > 0) failed++;
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(failed === 0 ? 'packages: all fit' : `packages: ${failed} lines with faults`);
process.exitCode = failed === 0 ? 0 : 1;
