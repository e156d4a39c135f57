import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { output } from '../packages/program.ts';
import { publishable, ROOT, workspaces } from '../packages/workspace.ts';

/** A clone of what is committed, with the packages that are installed here, and built. */
export async function builtClone(folder: string): Promise<void> {
  await output('git', ['clone', '--quiet', '--no-tags', ROOT, folder], path.dirname(folder));
  linkModules(ROOT, folder);
  for (const { folder: at } of workspaces()) linkModules(at, path.join(folder, path.relative(ROOT, at)));
  const projects = publishable().map((entry) =>
    path.join(path.relative(ROOT, entry.folder), 'tsconfig.lib.json'),
  );
  await output(path.join(ROOT, 'node_modules/.bin/tsc'), ['-b', ...projects], folder);
}

/** Links what is in a node_modules; a workspace's link leads to the clone's. */
function linkModules(from: string, to: string): void {
  const modules = path.join(from, 'node_modules');
  if (!existsSync(modules)) return;
  const names = readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(path.join(modules, name)).map((part) => `${name}/${part}`) : [name],
  );
  const clone = path.resolve(to, path.relative(from, ROOT));
  for (const name of names) {
    if (name.startsWith('.') && name !== '.bin') continue;
    const workspace = workspaces().find((entry) => entry.name === name);
    const target = workspace && path.join(clone, path.relative(ROOT, workspace.folder));
    const link = path.join(to, 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(target ?? path.join(modules, name), link);
  }
}
