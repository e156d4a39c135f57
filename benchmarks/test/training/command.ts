import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Comparison } from '../../training/result.ts';

/** The root of the repository. */
export const root = path.resolve(import.meta.dirname, '../../..');

/** Runs `npm run compare` as a user does. */
export function compare(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync('npm', ['run', '-s', 'compare', '--', ...args], { cwd: root, encoding: 'utf8' });
}

/** What a comparison wrote. */
export function comparison(folder: string): Comparison {
  return JSON.parse(readFileSync(path.join(folder, 'compare.json'), 'utf8')) as Comparison;
}
