import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const OURS = ['core', 'testkit'] as const;

/**
 * A strategy made, tested, built and compared outside the workspace, from tarballs alone: what a user does, step by step.
 *
 * @param tarballs of `create-equipoise-strategy`, `@equipoise/core` and `@equipoise/testkit`, by name of the package.
 * @param folder an empty folder outside the workspace.
 * @returns what was proven, a line a step.
 * @throws Error with what the first step that failed has printed.
 */
export function proveFromTarballs(
  tarballs: ReadonlyMap<string, string>,
  folder: string,
  kind: 'hard' | 'soft',
): readonly string[] {
  const name = `my-${kind}-strategy`;
  const home = path.join(folder, name);
  const npm = (where: string, ...args: readonly string[]): string => run('npm', args, where);

  const creator = tarballs.get('create-equipoise-strategy')!;
  // What `npm create` does once it has found the package.
  npm(
    folder,
    'exec',
    '--yes',
    `--package=${creator}`,
    '--',
    'create-equipoise-strategy',
    name,
    `--kind=${kind}`,
  );
  askForTarballs(path.join(home, 'package.json'), tarballs);
  npm(home, 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error');
  const [passed] = /Tests {2}\d+ passed/.exec(npm(home, 'test', '--', '--no-color')) ?? [];
  if (passed === undefined) throw new Error(`${name}: no test was run`);
  npm(home, 'run', 'check');
  npm(home, 'run', 'build');
  const imported = run(
    'node',
    ['-e', `import('${name}').then((all) => console.log(Object.keys(all).join()))`],
    home,
  );

  const out = path.join(folder, `${name}-compared`);
  const tiny = [
    '--steps',
    '2',
    '--seeds',
    '1',
    '--batch',
    '1',
    '--backend',
    'wasm',
    '--jobs',
    '1',
    '--out',
    out,
  ];
  npm(ROOT, 'run', 'compare', '--', '--with', path.join(home, 'compare.ts'), '--strategies', name, ...tiny);
  const { runs } = JSON.parse(readFileSync(path.join(out, 'compare.json'), 'utf8')) as {
    runs: { strategy: string; ap: number }[];
  };
  if (runs.length !== 1 || !Number.isFinite(runs[0]!.ap)) throw new Error(`${name}: was not compared`);
  return [
    `npm create equipoise-strategy ${name} -- --kind=${kind}`,
    `npm test: ${passed}`,
    `npm run check, npm run build: exports ${imported.trim()}`,
    `npm run compare -- --with ${name}/compare.ts: 2 steps, AP ${runs[0]!.ap.toFixed(1)}`,
  ];
}

/** Takes what is ours, and what that brings of ours, from the tarballs. */
function askForTarballs(file: string, tarballs: ReadonlyMap<string, string>): void {
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
  const ours = Object.fromEntries(
    OURS.map((name) => [`@equipoise/${name}`, `file:${tarballs.get(`@equipoise/${name}`)}`]),
  );
  const pointed = (list: Record<string, string>) =>
    Object.fromEntries(Object.entries(list).map(([name, range]) => [name, ours[name] ?? range]));
  const { dependencies = {}, devDependencies = {} } = manifest;
  const changed = {
    dependencies: pointed(dependencies),
    devDependencies: pointed(devDependencies),
    overrides: ours,
  };
  writeFileSync(file, JSON.stringify({ ...manifest, ...changed }, null, 2));
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${status}\n${stdout}${stderr}`);
  return stdout;
}
