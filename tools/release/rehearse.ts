// npm run release:rehearse: releases every package to a registry of its own on 127.0.0.1, from a clone of what is committed, installs them
// from there, and releases again after a commit to one package. Nothing leaves this machine and nothing stays; verdaccio is kept in a cache.
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { topLevel } from '../packages/consumer.ts';
import { ended, inParallel, output } from '../packages/program.ts';
import { exampleOf } from '../packages/readme-example.ts';
import { isStrategyPackage, publishable, ROOT } from '../packages/workspace.ts';
import { builtClone } from './clone.ts';
import { dependentsOf } from './dependents.ts';
import { plannedVersions } from './planned-versions.ts';
import { startRegistry, verdaccio } from './registry.ts';

const FIRST = '0.1.0';
const CHANGED = '@equipoise/focal';

const began = performance.now();
const names = publishable().map(({ name }) => name);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'equipoise-rehearsal-'));
const clone = path.join(scratch, 'clone');

async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    const seconds = ((performance.now() - began) / 1000).toFixed(0).padStart(4);
    console.log(`${seconds} s  ${what}${typeof result === 'string' ? `: ${result}` : ''}`);
    return result;
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Our own registry for npm and nothing of this user's settings; a name for git. */
function environment(url: string): NodeJS.ProcessEnv {
  const file = path.join(scratch, 'npmrc');
  // npm wants a token to publish, whatever it says.
  const host = url.replace(/^http:/, '');
  writeFileSync(file, `registry=${url}\n${host}:_authToken=local-dummy\naudit=false\nfund=false\n`);
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    NPM_CONFIG_USERCONFIG: file,
    NX_DAEMON: 'false',
    GIT_AUTHOR_NAME: 'rehearsal',
    GIT_AUTHOR_EMAIL: 'rehearsal@localhost',
    GIT_COMMITTER_NAME: 'rehearsal',
    GIT_COMMITTER_EMAIL: 'rehearsal@localhost',
  };
}

const nx = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> =>
  output(path.join(ROOT, 'node_modules/.bin/nx'), args, clone, env);

/** Versions and publishes; gives the new versions. */
async function release(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Map<string, string>> {
  const planned = plannedVersions(await nx(['release', ...args, '--skip-publish'], env));
  await nx(['release', 'publish', ...args.filter((word) => word.startsWith('--'))], env);
  return new Map([...planned].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function install(folder: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  await output('npm', ['install', '--ignore-scripts', '--loglevel=error', ...words], folder, env);
  return topLevel(path.join(folder, 'node_modules'));
}

/** Every package from the registry, in a folder of its own, without peers; a strategy brings core and what core needs. */
async function installAll(env: NodeJS.ProcessEnv): Promise<string> {
  await inParallel(publishable(), async (entry) => {
    const folder = path.join(scratch, 'alone', entry.name);
    const arrived = await install(folder, [entry.name, '--legacy-peer-deps'], env);
    const expected = ['@equipoise/core', entry.name, 'pure-rand'].toSorted().join(', ');
    if (isStrategyPackage(entry) && arrived.join(', ') !== expected) {
      throw new Error(`${entry.name}: expected ${expected}; got ${arrived.join(', ')}`);
    }
  });
  return `${names.length} packages; ${CHANGED} brings @equipoise/core, pure-rand and nothing more`;
}

async function runExample(env: NodeJS.ProcessEnv): Promise<void> {
  const entry = publishable().find(({ name }) => name === CHANGED)!;
  const { example, installs } = exampleOf(entry.folder);
  const folder = path.join(scratch, 'example');
  await install(folder, installs, env);
  writeFileSync(path.join(folder, 'example.mjs'), example.text);
  await output(process.execPath, ['example.mjs'], folder, env);
}

/** What the registry holds of each package now. */
async function published(env: NodeJS.ProcessEnv): Promise<Map<string, string>> {
  const versions = await inParallel(names, async (name) => {
    const { status, output: said } = await ended('npm', ['view', name, 'version'], scratch, env);
    return [name, status === 0 ? said.trim() : 'missing'] as const;
  });
  return new Map(versions);
}

function demandVersions(got: ReadonlyMap<string, string>, wanted: (name: string) => string): string {
  const wrong = names.filter((name) => got.get(name) !== wanted(name));
  if (wrong.length > 0) {
    throw new Error(
      wrong.map((name) => `${name}: expected ${wanted(name)}, got ${got.get(name)}`).join('\n'),
    );
  }
  return names.map((name) => `${name}@${got.get(name)}`).join(' ');
}

async function rehearse(): Promise<void> {
  await step('cloned what is committed, and built it', () => builtClone(clone));
  const program = await step('verdaccio is here', verdaccio);
  const upstream = (await output('npm', ['config', 'get', 'registry'], ROOT)).trim();
  const registry = await startRegistry(program, scratch, names, upstream);
  try {
    const env = environment(registry.url);
    await step(`first release, ${FIRST}: versioned, committed, tagged, published`, async () => {
      await release([FIRST, '--first-release'], env);
    });
    await step('the registry holds every package', async () =>
      demandVersions(await published(env), () => FIRST),
    );
    await step('installed from the registry', () => installAll(env));
    await step(`${CHANGED}: its README example runs from the registry`, () => runExample(env));

    const readme = path.join(clone, 'packages/soft/focal/README.md');
    appendFileSync(readme, '\nA rehearsal.\n');
    await output('git', ['commit', '--quiet', '-m', 'feat(focal): a rehearsal', '--', readme], clone, env);
    const bumped = await step('second release, after a commit `feat(focal): a rehearsal`', () =>
      release([], env),
    );
    const expected = new Set([CHANGED, ...dependentsOf(CHANGED, publishable())]);
    await step('the registry holds new versions of it and of those that name it, and no others', async () => {
      const surprising = [...bumped.keys()].filter((name) => !expected.has(name));
      if (surprising.length > 0) throw new Error(`nx release bumped ${surprising.join(', ')} too`);
      return demandVersions(await published(env), (name) => (expected.has(name) ? '0.1.1' : FIRST));
    });
    await step('its changelog tells', async () => {
      const log = readFileSync(path.join(clone, 'packages/soft/focal/CHANGELOG.md'), 'utf8');
      if (!/## 0\.1\.1[\s\S]*a rehearsal/.test(log)) throw new Error(`it says:\n${log}`);
    });
  } finally {
    registry.stop();
  }
}

try {
  await rehearse();
  console.log('rehearsal: all went well');
} catch (error) {
  console.error(`rehearsal FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
