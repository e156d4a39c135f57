import { expect, it } from 'vitest';
import type { Package } from '../packages/workspace.ts';
import { dependentsOf } from '../release/dependents.ts';

const named = (name: string, names: Partial<Package['manifest']>): Package => ({
  name,
  folder: name,
  manifest: { name, version: '0.0.0', ...names },
});

it('finds who names a package, in any role, and who names these', () => {
  const packages = [
    named('a', { dependencies: { other: '*' } }),
    named('b', { dependencies: { a: '*' } }),
    named('c', { devDependencies: { a: '*' } }),
    named('d', { peerDependencies: { c: '*' }, dependencies: { a: '*' } }),
    named('e', {}),
  ];
  expect([...dependentsOf('a', packages)].toSorted()).toEqual(['b', 'c', 'd']);
});
