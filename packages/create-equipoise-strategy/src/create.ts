import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateError } from './create-error.ts';
import type { Kind } from './kinds.ts';
import { render } from './render.ts';

/**
 * Makes a new strategy as a project of its own, in a folder of its name within `parent`.
 *
 * @returns the files written, by their path in the folder.
 * @throws CreateError for a name that is refused, or where the folder exists.
 */
export function create(name: string, kind: Kind, parent: string): readonly string[] {
  const files = render({ name, kind, place: 'outside' });
  const folder = path.join(parent, name);
  if (existsSync(folder)) throw new CreateError(`name: expected a folder that does not exist, got ${folder}`);
  for (const [file, text] of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return [...files.keys()].toSorted();
}
