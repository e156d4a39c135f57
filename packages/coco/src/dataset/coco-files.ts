import path from 'node:path';
import { DataError, show } from '../data-error.ts';
import { isFolder, listFolder } from './folder.ts';

/** One `instances_*.json` and where its images may lie. */
export interface CocoFile {
  /** `train` for `instances_train.json` and, where it is the only one, for `instances_train2017.json`. */
  readonly split: string;
  /** Absolute path. */
  readonly file: string;
  /** Folders to look for images in, in this order. */
  readonly imageFolders: readonly string[];
}

/**
 * Finds the annotation files of a COCO folder, directly in it or in `annotations/`.
 *
 * @param wanted - names of splits, default all
 * @throws DataError when the folder cannot be read, holds none, or lacks one that is wanted
 */
export async function findCocoFiles(
  folder: string,
  wanted?: readonly string[],
): Promise<readonly CocoFile[]> {
  const found = await allCocoFiles(folder);
  if (found.length === 0) {
    throw new DataError({ file: folder, expected: 'instances_train.json', actual: 'no instances_*.json' });
  }
  const known = found.map(({ split }) => split);
  const missing = wanted?.find((split) => !known.includes(split));
  if (missing !== undefined) {
    throw new DataError({
      file: folder,
      field: 'splits',
      expected: `among ${known.join(', ')}`,
      actual: show(missing),
    });
  }
  return wanted === undefined ? found : found.filter(({ split }) => wanted.includes(split));
}

/** Whether a folder holds annotation files in COCO format. */
export async function hasCocoFiles(folder: string): Promise<boolean> {
  return (await allCocoFiles(folder)).length > 0;
}

async function allCocoFiles(folder: string): Promise<CocoFile[]> {
  const base = path.resolve(folder);
  const inside = path.join(base, 'annotations');
  const names = await listFolder(folder);
  const files = names.map((name) => path.join(base, name));
  if (names.includes('annotations') && (await isFolder(inside))) {
    files.push(...(await listFolder(inside)).map((name) => path.join(inside, name)));
  }
  const raw = files.flatMap((file) => {
    const split = /^instances_(.+)\.json$/.exec(path.basename(file))?.[1];
    return split === undefined ? [] : [{ file, raw: split, short: split.replace(/\d{4}$/, '') || split }];
  });
  return raw
    .map(({ file, raw: name, short }) => ({
      split: raw.filter((other) => other.short === short).length === 1 ? short : name,
      file,
      imageFolders: [
        path.join(base, 'images'),
        path.join(base, 'images', name),
        path.join(base, name),
        base,
        path.dirname(file),
      ],
    }))
    .sort((a, b) => rank(a.split) - rank(b.split));
}

function rank(split: string): number {
  const place = ['train', 'val', 'test'].indexOf(split);
  return place < 0 ? 3 : place;
}
