import type { Package } from '../packages/workspace.ts';

/** The packages whose package.json names it, in any role, or names one of these: nx release gives them a patch. */
export function dependentsOf(name: string, packages: readonly Package[]): Set<string> {
  const found = new Set<string>();
  const queue = [name];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const { name: other, manifest } of packages) {
      const { dependencies, devDependencies, peerDependencies } = manifest;
      const named = { ...dependencies, ...devDependencies, ...peerDependencies };
      if (next in named && other !== name && !found.has(other)) {
        found.add(other);
        queue.push(other);
      }
    }
  }
  return found;
}
