import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from './workspace.ts';

/**
 * A folder from which only what `npm install NAMES` brings can be imported: links into a larger installation. An example that imports what
 * its README does not install fails there, as at a user's, and nothing is installed twice.
 */
export function limitedView(folder: string, names: readonly string[], installation: string): void {
  for (const name of closure(names, installation)) {
    const link = path.join(folder, 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(installation, 'node_modules', name), link);
  }
}

/** The packages themselves, their dependencies and peers, those of these, and so on. npm installs peers too, unless they are optional. */
function closure(names: readonly string[], installation: string): Set<string> {
  const reached = new Set<string>();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const file = path.join(installation, 'node_modules', name, 'package.json');
    if (reached.has(name) || !existsSync(file)) continue;
    reached.add(name);
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
    const peers = Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional);
    queue.push(...Object.keys(dependencies), ...peers);
  }
  return reached;
}
