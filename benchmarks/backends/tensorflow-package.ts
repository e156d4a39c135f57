import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { BackendUnavailable } from './backend.ts';

/** Where `npm run setup:tensorflow` installs: inside the workspace, outside `node_modules`, so that `npm ci` leaves it. */
const installed = path.resolve(import.meta.dirname, '../../.cache/tensorflow/package.json');
const remedy = 'run `npm run setup:tensorflow`';

/** tfjs-node as found, with its addon built. */
export interface TensorflowPackage {
  readonly name: string;
  readonly require: NodeJS.Require;
}

/** Finds tfjs-node-gpu or tfjs-node, of the project or of the set-up, and checks that it can work with our tfjs-core. */
export function findTensorflow(): TensorflowPackage {
  const ours = createRequire(import.meta.url);
  const places = existsSync(installed) ? [ours, createRequire(installed)] : [ours];
  for (const require of places) {
    for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
      const entry = resolved(require, name);
      if (entry === undefined) continue;
      const folder = path.dirname(path.dirname(entry));
      if (!existsSync(path.join(folder, 'lib/napi-v8/tfjs_binding.node'))) continue;
      const theirs = realpathSync(createRequire(entry).resolve('@tensorflow/tfjs-core'));
      if (theirs !== realpathSync(ours.resolve('@tensorflow/tfjs-core'))) {
        throw new BackendUnavailable(
          'tensorflow',
          `${name} brings a tfjs-core of its own (${theirs})`,
          remedy,
        );
      }
      return { name, require };
    }
  }
  throw new BackendUnavailable('tensorflow', 'tfjs-node is not set up', remedy);
}

function resolved(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
