import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { scratchWorkspace } from './scratch-workspace.ts';

const workspace = scratchWorkspace();
const { run, link } = workspace;
const read = (file: string): string => readFileSync(path.join(workspace.folder, file), 'utf8');

afterAll(() => {
  rmSync(workspace.folder, { recursive: true });
});

const generate = (...args: readonly string[]): string => run('nx', 'g', '@equipoise/nx:strategy', ...args);

test('a dry run tells what it would do, and does nothing', () => {
  const before = read('tsconfig.json');
  const said = generate('tried', '--kind=hard', '--dry-run');
  expect(said).toContain('CREATE packages/hard/tried/src/tried.ts');
  expect(said).toContain('UPDATE benchmarks/training/catalogue.ts');
  expect(read('tsconfig.json')).toBe(before);
  expect(() => read('packages/hard/tried/package.json')).toThrow('ENOENT');
});

describe.each([
  ['hard', 'hardest-first'],
  ['soft', 'anchorweights'],
] as const)('a %s strategy', (kind, name) => {
  const folder = `packages/${kind}/${name}`;

  test('is made, and what comes next is said', () => {
    const said = generate(name, `--kind=${kind}`, "--paper=O'Neil et al. 2026");
    expect(said).toContain(`npx vitest run --project @equipoise/${name}`);
    link(name, folder);
  });

  test('is formatted, and so is what it changed', () => {
    const changed = [
      'tsconfig.json',
      'tools/tsconfig.json',
      'benchmarks/package.json',
      'benchmarks/training',
    ];
    expect(run('oxfmt', '--check', folder, ...changed)).toContain('correct format');
  });

  test('is clean, and builds', () => {
    expect(run('oxlint', '--type-aware', folder)).toContain('0 warnings and 0 errors');
    run('tsc', '-b', folder);
    expect(read(`${folder}/dist/index.d.ts`)).toContain(`export * from './${name}.ts'`);
  });
});

test('both keep the laws on every backend', () => {
  const projects = ['hardest-first', 'anchorweights'].flatMap((name) => ['--project', `@equipoise/${name}`]);
  expect(run('vitest', 'run', ...projects)).toMatch(/Test Files {2}4 passed[^]*Tests {2}60 passed/);
});

test('the build and the comparison know both', () => {
  for (const file of ['tsconfig.json', 'tools/tsconfig.json', 'benchmarks/tsconfig.json']) {
    const { references } = JSON.parse(read(file)) as { references: { path: string }[] };
    const paths = references.map((one) => one.path).join(' ');
    expect(paths).toMatch(/\/packages\/hard\/hardest-first\b.*\/packages\/soft\/anchorweights\b/);
  }
  const script = `import { catalogue } from './benchmarks/training/catalogue.ts';
    const { paper, make } = catalogue['hardest-first'];
    console.log(paper, make({ count: 3 }).options.count, catalogue.anchorweights.make({}).name);`;
  expect(run('node', '--input-type=module', '-e', script)).toBe("O'Neil et al. 2026 3 anchorweights\n");
});

test('names that are taken or refused are told in a line', () => {
  expect(() => generate('focal', '--kind=hard')).toThrow(
    "name: expected one that no package has, got 'focal' of packages/soft/focal",
  );
  expect(() => generate('carl')).toThrow("expected a strategy that the comparison does not know, got 'carl'");
  expect(() => generate('Carl')).toThrow('name: expected lower-case words joined by hyphens');
  expect(() => generate('mine', '--kind=medium')).toThrow("Property 'kind' does not match the schema");
});
