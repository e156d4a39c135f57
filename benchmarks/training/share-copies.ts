import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const HERE = pathToFileURL(path.resolve(import.meta.dirname, '../..') + path.sep).href;
const SHARED = /^@(equipoise|tensorflow)\//;

let shared = false;

/**
 * Lets modules from outside the workspace, which have installed core and tfjs of their own, stand on those that run here: one core in a
 * process, and its sources, which Node would not run out of a node_modules folder. What is not here comes from theirs.
 */
export function shareCopies(): void {
  if (shared) return;
  shared = true;
  registerHooks({
    resolve(specifier, context, next) {
      const { parentURL } = context;
      const guest = parentURL?.startsWith('file:') === true && !parentURL.startsWith(HERE);
      if (!guest || !SHARED.test(specifier)) return next(specifier, context);
      try {
        return next(specifier, { ...context, parentURL: import.meta.url });
      } catch {
        // Node keeps what the first call has changed.
        return next(specifier, { ...context, parentURL });
      }
    },
  });
}
