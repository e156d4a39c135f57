// npm run bench:bundle -- [--out DIR]: one archive that runs `npm run bench` on a machine with nothing installed and no network, such as one
// with a GPU: Node, Dawn, the harness, inputs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parsed, UsageError } from '../command/usage.ts';
import { assemble, NAME } from './assemble.ts';

const LIMIT = 50 * 2 ** 20;

async function bundle(out: string): Promise<void> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'equipoise-bundle-'));
  try {
    const { contents } = await assemble(path.join(scratch, NAME));
    for (const line of contents) console.log(line);
    mkdirSync(out, { recursive: true });
    const archive = path.join(out, `${NAME}.tar.xz`);
    console.log('packing, a minute or two');
    execFileSync('tar', ['-C', scratch, '--owner=0', '--group=0', '-cJf', archive, NAME], {
      env: { ...process.env, XZ_OPT: '-9' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const { size } = statSync(archive);
    console.log(`\n${archive}: ${(size / 2 ** 20).toFixed(1)} MiB\n`);
    console.log(`There:  tar xf ${NAME}.tar.xz && ./${NAME}/run --backend webgpu --large`);
    if (size > LIMIT) throw new Error(`the archive is larger than ${LIMIT / 2 ** 20} MiB`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

try {
  const { values } = parsed(() =>
    parseArgs({ options: { out: { type: 'string', default: 'results/bundle' } } }),
  );
  await bundle(values.out);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
