import { createHash, type Hash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Scenes } from './scenes.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CODE = ['packages/**/src/**/*.ts', 'benchmarks/{training,backends}/**/*.ts'];

/** A digest of what makes a result besides the settings: the data, files of the modules given by `--with`, and our own code. */
export function fingerprint(scenes: Scenes, guestFiles: readonly string[]): string {
  const hash = createHash('sha256');
  hashScenes(hash, scenes);
  const code = globSync(CODE, { cwd: ROOT, exclude: ['**/node_modules/**'] }).toSorted();
  for (const file of code) hash.update(file).update(readFileSync(path.join(ROOT, file)));
  for (const file of guestFiles) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function hashScenes(hash: Hash, { train, evaluation, groundTruth, categories }: Scenes): void {
  for (const { name, pixels, boxes, classes, ignored } of [...train, ...evaluation]) {
    hash
      .update(name)
      .update(pixels)
      .update(JSON.stringify([boxes, classes, ignored]));
  }
  hash.update(JSON.stringify([categories, groundTruth]));
}
