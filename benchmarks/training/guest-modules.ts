import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SHARED = /^@(equipoise|tensorflow)\//;

/** Modules that `--with` has brought, and what they import of their own. */
const guests = new Set<string>();

/** Imports a module that `--with` names: a file, or a package. */
export async function importGuest(name: string): Promise<unknown> {
  const file = path.resolve(name);
  const url = existsSync(file) ? pathToFileURL(file).href : import.meta.resolve(name);
  if (guests.size === 0) shareCopies();
  guests.add(url);
  return import(url);
}

/** The files that the guests so far consist of, without what they have installed. */
export function guestFiles(): string[] {
  return [...guests]
    .filter((url) => !url.includes('/node_modules/'))
    .map((url) => fileURLToPath(url))
    .toSorted();
}

/**
 * Guests that have installed core and tfjs of their own stand on those that run here: one core in a process, and its sources, which Node
 * would not run out of a node_modules folder. What is not here comes from theirs.
 */
function shareCopies(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const { parentURL } = context;
      if (parentURL === undefined || !guests.has(parentURL)) return next(specifier, context);
      if (SHARED.test(specifier)) {
        try {
          return next(specifier, { ...context, parentURL: import.meta.url });
        } catch {
          // Node keeps what the first call has changed: theirs is asked for below, by its parent again.
        }
      }
      const found = next(specifier, { ...context, parentURL });
      if (found.url.startsWith('file:')) guests.add(found.url);
      return found;
    },
  });
}
