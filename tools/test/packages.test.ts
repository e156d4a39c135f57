import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestFaults } from '../packages/manifest.ts';
import { contentFaults } from '../packages/pack.ts';
import { exampleOf } from '../packages/readme-example.ts';
import { type Manifest, type Package, publishable, ROOT } from '../packages/workspace.ts';

let folder: string;

beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'equipoise-packages-')), 'soft/focal');
  mkdirSync(path.join(folder, 'src'), { recursive: true });
  cpSync(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
});
afterEach(() => rmSync(path.join(folder, '../..'), { recursive: true, force: true }));

/** The package of focal loss with this source, and its package.json changed. */
function planted(source: string, changes: Partial<Manifest> = {}): Package {
  writeFileSync(path.join(folder, 'src/index.ts'), source);
  const { name, manifest } = publishable().find((entry) => entry.name === '@equipoise/focal')!;
  return { name, folder, manifest: { ...manifest, ...changes } };
}

const sound = `import { defineOperation } from '@equipoise/core';\nexport { mul } from '@tensorflow/tfjs-core';\n`;

describe('package.json', () => {
  it('of a sound package has no fault', () => expect(manifestFaults(planted(sound))).toEqual([]));

  it.each([
    ['a missing description', { description: '' }, 'description'],
    ['another licence', { license: 'MIT' }, 'license'],
    ['tests among the files', { files: ['dist', 'src', 'test'] }, 'files: test, expected dist, src'],
    ['no sources', { files: ['dist'] }, 'files: src is missing'],
    ['no public access', { publishConfig: {} }, 'publishConfig'],
    [
      'types behind the code',
      { exports: { '.': { default: './dist/index.js', types: './dist/index.d.ts' } } },
      'exports .',
    ],
    ['effects that it has not', { sideEffects: true }, 'sideEffects'],
  ])('finds %s', (_, changes, fault) =>
    expect(manifestFaults(planted(sound, changes)).join()).toContain(fault),
  );

  it('finds an effect that it denies', () =>
    expect(manifestFaults(planted(`${sound}import './register.ts';\n`))).toEqual([
      'sideEffects is false, and src/index.ts has one',
    ]));

  it('finds a licence that is missing', () => {
    rmSync(path.join(folder, 'LICENSE'));
    expect(manifestFaults(planted(sound))).toEqual(['LICENSE: missing or not that of the root']);
  });
});

describe('content of a tarball', () => {
  const files = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts'];

  it('a sound one has no fault', () => expect(contentFaults(files, true)).toEqual([]));

  it('of a program needs no sources', () =>
    expect(
      contentFaults(
        files.filter((file) => file !== 'src/index.ts'),
        false,
      ),
    ).toEqual([]));

  it.each([
    ['README.md is not packed', files.filter((file) => file !== 'README.md')],
    ['test/a.test.ts is packed', [...files, 'test/a.test.ts']],
    ['left behind (dist/old.js)', [...files, 'dist/old.js']],
  ])('finds that %s', (fault, files) => expect(contentFaults(files, true).join()).toContain(fault));
});

it('the first example of a README, and what is installed above it', () => {
  const block = (code: string): string => `\`\`\`js\n${code}\n\`\`\`\n\n`;
  const install = '```sh\nnpm install --save-dev a @b/c\n```\n\n';
  writeFileSync(path.join(folder, 'README.md'), `# x\n\n${install}${block('one();')}${block('two();')}`);
  const { example, installs } = exampleOf(folder);
  expect(example.text.trim()).toBe('one();');
  expect(installs).toEqual(['a', '@b/c']);
});
