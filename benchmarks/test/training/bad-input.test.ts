import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { compare, comparison, root } from './command.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'equipoise-bad-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#888' } })
  .jpeg()
  .toBuffer();

interface Content {
  readonly images: Record<string, unknown>[];
  readonly annotations: Record<string, unknown>[];
  readonly categories: Record<string, unknown>[];
}

/** A COCO folder with three images of which one has no boxes; `spoil` changes what it likes, in the content or on disk. */
function folder(name: string, spoil: (content: Content, at: string) => unknown): string {
  const at = path.join(scratch, name);
  mkdirSync(path.join(at, 'images'), { recursive: true });
  for (const file of ['a', 'b', 'c']) writeFileSync(path.join(at, 'images', `${file}.jpg`), jpeg);
  const content: Content = {
    images: ['a', 'b', 'c'].map((file, i) => ({
      id: i + 1,
      file_name: `${file}.jpg`,
      width: 64,
      height: 48,
    })),
    annotations: [
      { id: 1, image_id: 1, category_id: 1, bbox: [4, 4, 20, 20], area: 400, iscrowd: 0 },
      { id: 2, image_id: 2, category_id: 1, bbox: [8, 8, 30, 30], area: 900, iscrowd: 0 },
    ],
    categories: [{ id: 1, name: 'cat' }],
  };
  const replaced = spoil(content, at);
  for (const split of ['train', 'val']) {
    writeFileSync(
      path.join(at, `instances_${split}.json`),
      typeof replaced === 'string' ? replaced : JSON.stringify(content),
    );
  }
  return at;
}

const small = ['--backend', 'wasm', '--steps', '2', '--seeds', '1', '--strategies', 'focal'];

test.each<[string, (content: Content, at: string) => unknown, readonly (string | RegExp)[]]>([
  ['json', () => '{"images": [', ['instances_train.json']],
  ['nan', ({ annotations }) => (annotations[1]!['bbox'] = [1, 'NaN', 3, 4]), ['annotation', /2/, 'bbox']],
  [
    'outside',
    ({ annotations }) => (annotations[0]!['bbox'] = [70, 4, 20, 20]),
    ['annotation', /1/, /outside|inside/],
  ],
  ['twice', ({ annotations }) => (annotations[1]!['id'] = 1), ['annotation', 'id', /1/]],
  ['no-class', ({ annotations }) => (annotations[1]!['category_id'] = 9), ['category_id', /9/]],
  ['image', (_, at) => writeFileSync(path.join(at, 'images', 'b.jpg'), 'no image'), ['b.jpg']],
  ['missing', (_, at) => rmSync(path.join(at, 'images', 'c.jpg')), ['c.jpg']],
])(
  'data spoiled by %s: one line that names it, exit code 2, before any training',
  { timeout: 60_000 },
  (name, spoil, words) => {
    const { status, stderr, stdout } = compare('--data', folder(name, spoil), ...small);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    for (const word of words) expect(stderr).toMatch(word);
    expect(status).toBe(2);
    expect(stdout).not.toContain('step');
  },
);

test('an image without boxes trains; boxes of no size are dropped with a count', { timeout: 60_000 }, () => {
  const data = folder('empty', ({ annotations }) =>
    annotations.push({ id: 3, image_id: 1, category_id: 1, bbox: [4, 4, 0, 20], area: 0, iscrowd: 0 }),
  );
  const out = path.join(scratch, 'out-empty');
  const { status, stdout, stderr } = compare('--data', data, ...small, '--out', out);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/note: .*1 box/);
  expect(comparison(out).runs).toHaveLength(1);
});

test('results that cannot be kept are refused before any training', { timeout: 60_000 }, () => {
  writeFileSync(path.join(scratch, 'file'), '');
  const { status, stderr } = compare(...small, '--out', path.join(scratch, 'file', 'results'));
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('cannot be written');
  expect(status).toBe(2);
});

test('a disk that fills up: a clear line, and no partial file is left', { timeout: 60_000 }, () => {
  const out = path.join(scratch, 'full');
  // A limit on the size of a file stands in for the full disk: a run of a few hundred kilobytes does not fit, the probe does.
  const command = `ulimit -f 8; trap '' XFSZ; exec node --conditions=@equipoise/source benchmarks/training/compare.ts ${small.join(' ')} --out ${out}`;
  const { status, stderr } = spawnSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' });
  expect(stderr).toContain('cannot be written');
  expect(status).toBe(2);
  expect(
    existsSync(out)
      ? readdirSync(out, { recursive: true }).filter((name) => String(name).includes('partial'))
      : [],
  ).toEqual([]);
});

test('a strategy that fails leaves the results of the others', { timeout: 60_000 }, () => {
  const module = path.join(scratch, 'bad.ts');
  writeFileSync(
    module,
    `export default { name: 'bad', kind: 'soft', options: {}, needs: [], init() {}, apply() { throw new Error('no weights today'); } };`,
  );
  const out = path.join(scratch, 'one-bad');
  const { status, stderr } = compare(...small.slice(0, -1), 'bad,focal', '--with', module, '--out', out);
  expect(status).toBe(1);
  expect(stderr).toContain('no weights today');
  expect(comparison(out).runs.map(({ strategy }) => strategy)).toEqual(['focal']);
});

test('Ctrl-C ends it at once; what was finished is kept and used again', { timeout: 120_000 }, async () => {
  const out = path.join(scratch, 'interrupted');
  const args = [
    '--backend',
    'wasm',
    '--seeds',
    '1',
    '--jobs',
    '1',
    '--steps',
    '3',
    '--strategies',
    'focal,random',
    '--out',
    out,
  ];
  const child = spawn('node', ['--conditions=@equipoise/source', 'benchmarks/training/compare.ts', ...args], {
    cwd: root,
  });
  const kept = (): string[] =>
    existsSync(path.join(out, 'runs'))
      ? readdirSync(path.join(out, 'runs')).filter((name) => name.endsWith('.json'))
      : [];
  while (kept().length === 0 && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect(code).toBe(130);
  expect(kept()).toHaveLength(1);
  const { status, stdout } = compare(...args);
  expect(status).toBe(0);
  expect(stdout.match(/\(stored\)/g)).toHaveLength(1);
  expect(comparison(out).runs).toHaveLength(2);
});
