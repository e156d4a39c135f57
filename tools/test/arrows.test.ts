import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arrowFaults, privateArrowFaults } from '../packages/arrows.ts';
import { type Manifest, type Package, workspaces } from '../packages/workspace.ts';

let house: string;

beforeEach(() => {
  house = mkdtempSync(path.join(os.tmpdir(), 'equipoise-arrows-'));
});
afterEach(() => rmSync(house, { recursive: true, force: true }));

/** A copy of a workspace's manifest over these files, `path: text`, in a folder of the same kind. */
function planted(name: string, files: Record<string, string>, changes: Partial<Manifest> = {}): Package {
  const { folder, manifest } = workspaces().find((entry) => entry.name === name)!;
  const copy = path.join(house, ...folder.split(path.sep).slice(-2));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    writeFileSync(path.join(copy, file), text);
  }
  return { name, folder: copy, manifest: { ...manifest, ...changes } };
}

const SOUND = `import { defineOperation } from '@equipoise/core';\nexport { mul } from '@tensorflow/tfjs-core';\n`;
const focal = (line: string, changes?: Partial<Manifest>): Package =>
  planted('@equipoise/focal', { 'src/index.ts': SOUND + line }, changes);

describe('a strategy', () => {
  it('on core and tfjs-core has no fault', () => expect(arrowFaults(focal(''))).toEqual([]));

  it.each([
    ["another strategy's package", `export type { Ghm } from '@equipoise/ghm';`, 'of ours'],
    ['a kernel', `import '@equipoise/simd';`, 'it may import @equipoise/core of ours'],
    ['a backend', `import '@tensorflow/tfjs-backend-cpu';`, 'only @tensorflow/tfjs-core'],
    ['a library', `await import('left-pad/lib');`, 'a strategy may import'],
    ['what core does not export', `import '@equipoise/core/dist/boxes.js';`, 'core does not export ./dist'],
    ["another's files", `export * from '../../ghm/src/index.ts';`, 'it reaches out of src'],
    ['its own tests', `export * from '../test/oracle.ts';`, 'it reaches out of src'],
  ])('finds %s', (_, line, fault) => {
    const [first] = arrowFaults(focal(line));
    expect(first).toContain('src/index.ts:3 imports ');
    expect(first).toContain(fault);
  });

  it('takes no import from a comment', () =>
    expect(arrowFaults(focal(`/** import { x } from '@equipoise/ghm'; */\n`))).toEqual([]));

  it('tests may use the kit, another strategy and backends', () => {
    const test = `import '@equipoise/testkit';\nimport '@equipoise/focal';\nimport '@equipoise/ghm';\nimport '@tensorflow/tfjs-backend-cpu';`;
    expect(
      arrowFaults(planted('@equipoise/focal', { 'src/index.ts': SOUND, 'test/a.test.ts': test })),
    ).toEqual([]);
  });

  it.each([
    ['the benchmarks', `import '@equipoise/benchmarks';`, 'of ours'],
    ["another package's files", `import '../../ghm/test/oracle.ts';`, 'it reaches out of focal'],
  ])('tests may not use %s', (_, test, fault) => {
    const faults = arrowFaults(
      planted('@equipoise/focal', {
        'src/index.ts': SOUND,
        'test/deep/a.ts': test.replace('../../', '../../../'),
      }),
    );
    expect(faults.join('\n')).toContain(fault);
    expect(faults[0]).toContain('test/deep/a.ts:1 imports ');
  });
});

describe('declarations', () => {
  it('finds an import that package.json lacks', () =>
    expect(arrowFaults(focal('', { dependencies: {} }))).toEqual([
      'src imports @equipoise/core, which package.json lacks',
    ]));

  it('finds a declared package that is not imported', () =>
    expect(
      arrowFaults(planted('@equipoise/focal', { 'src/index.ts': `export * from '@equipoise/core';` })),
    ).toEqual(['package.json declares @tensorflow/tfjs-core, src imports it not']));

  it('finds tfjs-core that is no peer', () =>
    expect(
      arrowFaults(
        focal('', {
          peerDependencies: {},
          dependencies: { '@equipoise/core': '^0.0.0', '@tensorflow/tfjs-core': '^4.22.0' },
        }),
      ),
    ).toEqual(['peerDependencies: expected "@tensorflow/tfjs-core": "^4.22.0", got none']));
});

describe('the other rooms', () => {
  it('core stands on nothing of ours', () => {
    const [first] = arrowFaults(planted('@equipoise/core', { 'src/a/b.ts': `import '@equipoise/testkit';` }));
    expect(first).toBe('src/a/b.ts:1 imports @equipoise/testkit: it may import nothing of ours');
  });

  it('a kernel may import its backend, and no strategy', () => {
    const kernel = `import '@equipoise/core';\nimport '@tensorflow/tfjs-backend-webgpu';\nimport '@equipoise/focal';`;
    const faults = arrowFaults(planted('@equipoise/webgpu', { 'src/index.ts': kernel }));
    expect(faults[0]).toBe('src/index.ts:3 imports @equipoise/focal: it may import @equipoise/core of ours');
    expect(faults.join('\n')).not.toContain(':2 imports');
  });

  it("a kernel's tests may reach for an operation, and for nothing else", () => {
    const test = `import '../../../core/src/operations/spread.ts';\nimport '../../../core/src/random.ts';`;
    const faults = arrowFaults(planted('@equipoise/simd', { 'test/a.test.ts': test }));
    expect(faults.filter((fault) => fault.startsWith('test/'))).toEqual([
      'test/a.test.ts:2 imports ../../../core/src/random.ts: it reaches out of simd',
    ]);
  });

  it.each([
    ['a published package', `import '@equipoise/focal';\nimport './model.ts';`, []],
    ['sources behind it', `import '@equipoise/focal/src/focal.ts';`, ['@equipoise/focal does not export']],
    ['the benchmarks', `import '@equipoise/benchmarks';`, ['of ours']],
    ['files of the house', `import '../../../packages/core/src/index.ts';`, ['it reaches out of']],
  ])('an example imports %s', (_, line, wanted) => {
    const faults = privateArrowFaults(planted('@equipoise/example-browser', { 'src/main.ts': line }));
    expect(faults).toHaveLength(wanted.length);
    wanted.forEach((fault, i) => expect(faults[i]).toContain(fault));
  });

  it('benchmarks may use every package by name, and not by path', () => {
    const bench = `import '@equipoise/focal';\nimport '../../packages/core/src/index.ts';`;
    const faults = privateArrowFaults(planted('@equipoise/benchmarks', { 'a/b.ts': bench }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('a/b.ts:2 imports');
  });
});
