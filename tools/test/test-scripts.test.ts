import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const manifests = globSync(
  ['packages/*/package.json', 'packages/*/*/package.json', 'benchmarks/package.json'],
  {
    cwd: root,
  },
);

test.each(manifests)('%s: nx tests this package and no other', (manifest) => {
  const { name, scripts } = JSON.parse(readFileSync(path.join(root, manifest), 'utf8')) as {
    name: string;
    scripts: { test: string };
  };
  const [, from, project] = /^vitest run --root (\S+) --project (\S+)$/.exec(scripts.test) ?? [];
  expect(path.resolve(root, path.dirname(manifest), from ?? '')).toBe(root);
  expect(project).toBe(name);
});
