import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Everything a module brings along: files of this package, and the names of other modules. */
function imports(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)) {
    if (name!.startsWith('.')) imports(path.resolve(path.dirname(file), name!), seen);
    else seen.add(name!);
  }
  return seen;
}

const source = (name: string): string => path.join(import.meta.dirname, '../src', name);

const foreign = (name: string): string[] =>
  [...imports(source(name))].filter((found) => !path.isAbsolute(found));

test('the main entry needs nothing that a browser lacks, the node entry does', () => {
  expect(foreign('index.ts')).toStrictEqual([]);
  expect(foreign('node.ts')).toContain('sharp');
});
