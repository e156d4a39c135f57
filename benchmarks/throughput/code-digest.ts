import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What measured figures depend on besides their settings: this code, and this machine. */
export function codeDigest(patterns: readonly string[]): string {
  const hash = createHash('sha256');
  const files = globSync([...patterns], { cwd: ROOT, exclude: ['**/node_modules/**'] }).toSorted();
  for (const file of files) hash.update(file).update(readFileSync(path.join(ROOT, file)));
  hash.update(JSON.stringify([os.cpus()[0]?.model, os.availableParallelism(), process.version]));
  return hash.digest('hex');
}
