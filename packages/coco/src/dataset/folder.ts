import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../data-error.ts';
import { systemFault } from './json-file.ts';

/**
 * Names of what a folder holds, sorted.
 *
 * @throws DataError when it is missing, not a folder or not readable
 */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    throw new DataError(
      { file: folder, expected: 'a readable folder', actual: systemFault(cause) },
      { cause },
    );
  }
}

/** Whether there is a folder of that path. */
export async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() ?? false;
}

/** Whether there is a file of that path. */
export async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() ?? false;
}

/** The first of the paths that is a file. */
export async function firstFile(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if (await isFile(file)) return file;
  return undefined;
}

/** Name of a data set: that of its folder. */
export function folderName(folder: string): string {
  return path.basename(path.resolve(folder));
}
