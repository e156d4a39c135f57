import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const parent = mkdtempSync(path.join(os.tmpdir(), 'equipoise-create-'));

afterAll(() => {
  rmSync(parent, { recursive: true });
});

/** What a user types. */
function create(...args: readonly string[]) {
  const main = path.join(ROOT, 'packages/create-equipoise-strategy/src/main.ts');
  return spawnSync(process.execPath, [main, ...args], { cwd: parent, encoding: 'utf8' });
}

/** Runs a program of the root's in a folder, or throws what it printed. */
function run(folder: string, program: string, ...args: readonly string[]): string {
  const command = path.join(ROOT, 'node_modules/.bin', program);
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** For each kind, a name, and a change of the source after which a strategy prefers what it should not. */
const KINDS = [
  ['hard', 'hardest-first', '{ scores,', '{ scores: neg(scores),', 'neg'],
  ['soft', 'anchor-weights', 'pow(hardness', 'pow(sub(1, hardness)', 'sub'],
] as const;

describe.each(KINDS)('a %s strategy', (kind, name, right, wrong, imported) => {
  const folder = path.join(parent, name);
  let said: string;

  beforeAll(() => {
    said = create(name, `--kind=${kind}`).stdout;
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  });

  test('is told file by file, and what to do next', () => {
    expect(said).toMatch(
      new RegExp(`^${name}: a ${kind} strategy\n  .gitignore\n[^]*\n  cd ${name}\n  npm install\n`),
    );
    expect(said).toContain(`\n  src/${name}.ts\n`);
  });

  test('has types', () => {
    expect(run(folder, 'tsc')).toBe('');
  });

  test('keeps the laws', () => {
    expect(run(folder, 'vitest', 'run', '--no-color')).toMatch(/Tests {2}1\d passed/);
  });

  test('builds what npm sends', () => {
    run(folder, 'tsc', '-p', 'tsconfig.build.json');
    const built = ['index', name].flatMap((file) => [`${file}.d.ts`, `${file}.js`]);
    expect(readdirSync(path.join(folder, 'dist')).toSorted()).toEqual(built.toSorted());
  });

  test('has a test of its own that fails where the strategy is turned round', () => {
    const source = path.join(folder, 'src', `${name}.ts`);
    const text = readFileSync(source, 'utf8');
    expect(text).toContain(right);
    writeFileSync(source, text.replace(right, wrong).replace('import { ', `import { ${imported}, `));
    expect(() => run(folder, 'vitest', 'run', '--no-color', `test/${name}.test.ts`)).toThrow(
      /Tests {2}[12] failed/,
    );
    writeFileSync(source, text);
  });
});

test('the comparison trains with both', () => {
  const out = path.join(parent, 'compared');
  const names = KINDS.map(([, name]) => name);
  const guests = names.flatMap((name) => ['--with', path.join(parent, name, 'compare.ts')]);
  const tiny = ['--steps', '1', '--seeds', '1', '--batch', '1', '--backend', 'wasm', '--jobs', '2'];
  const program = ['--conditions=@equipoise/source', 'benchmarks/training/compare.ts'];
  run(ROOT, 'node', ...program, ...guests, ...tiny, '--strategies', names.join(), '--out', out);
  const { runs } = JSON.parse(readFileSync(path.join(out, 'compare.json'), 'utf8')) as {
    runs: { strategy: string }[];
  };
  expect(runs.map(({ strategy }) => strategy).toSorted()).toEqual(names.toSorted());
});

test('refusals are one line and exit code 2', () => {
  create('mine');
  for (const [args, said] of [
    [['mine'], `name: expected a folder that does not exist, got ${path.join(parent, 'mine')}`],
    [['Mine'], "name: expected lower-case words joined by hyphens (anchor-loss), got 'Mine'"],
    [['other', '--kind=medium'], "kind: expected hard or soft, got 'medium'"],
  ] as const) {
    const { status, stdout, stderr } = create(...args);
    expect(stderr).toBe(`create-equipoise-strategy: ${said}\n`);
    expect([status, stdout]).toEqual([2, '']);
  }
  expect(readdirSync(parent)).not.toContain('other');
  const { status, stderr } = create('other', '--kint=hard');
  expect(stderr).toMatch(
    /^create-equipoise-strategy: Unknown option '--kint'\n\nnpm create equipoise-strategy@latest NAME/,
  );
  expect(status).toBe(2);
  expect(create().stderr).toContain('expected one NAME, got 0');
  expect(create('--help').stdout).toContain('--kind  soft (default)');
});
