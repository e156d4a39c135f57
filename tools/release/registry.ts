import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { output } from '../packages/program.ts';

const VERSION = '6.10.4';

/** A registry of our own on 127.0.0.1. */
export interface Registry {
  readonly url: string;
  readonly stop: () => void;
}

/** Verdaccio's program, kept in a cache folder: it is 320 packages, and no dependency of the repository. */
export async function verdaccio(): Promise<string> {
  const cache = process.env['EQUIPOISE_CACHE'] ?? path.join(homedir(), '.cache/equipoise');
  const folder = path.join(cache, `verdaccio-${VERSION}`);
  const program = path.join(folder, 'node_modules/verdaccio/bin/verdaccio');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const manifest = {
    private: true,
    dependencies: { verdaccio: VERSION },
    // It asks for a tag, `cjs`, that not every mirror serves.
    overrides: { 'verdaccio-audit': { 'node-fetch': '2.7.0' } },
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await output('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], folder);
  return program;
}

/** Starts one that holds the packages of these names and takes all others from `upstream`. */
export async function startRegistry(
  program: string,
  folder: string,
  ours: readonly string[],
  upstream: string,
): Promise<Registry> {
  const port = await freePort();
  const own = ours.map(
    (name) => `  '${name}': { access: $all, publish: $anonymous, unpublish: $anonymous }\n`,
  );
  const config = `storage: ./storage
uplinks: { upstream: { url: '${upstream}', timeout: 60s, maxage: 60m } }
packages:
${own.join('')}  '**': { access: $all, proxy: upstream }
max_body_size: 50mb
log: { type: stdout, format: pretty, level: warn }
`;
  writeFileSync(path.join(folder, 'verdaccio.yaml'), config);
  const log = path.join(folder, 'verdaccio.log');
  const sink = openSync(log, 'w');
  const args = [program, '--config', 'verdaccio.yaml', '--listen', `127.0.0.1:${port}`];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', sink, sink] });
  const url = `http://127.0.0.1:${port}/`;
  await untilItAnswers(`${url}-/ping`, child, log);
  return { url, stop: () => void child.kill() };
}

async function untilItAnswers(url: string, child: ChildProcess, log: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (child.exitCode !== null) break;
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  child.kill();
  throw new Error(`verdaccio does not answer\n${readFileSync(log, 'utf8')}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
