import path from 'node:path';
import { DataError, show } from '../data-error.ts';
import { isFolder, listFolder } from './folder.ts';
import { readText } from './json-file.ts';

/** One image set of a VOC tree. */
export interface VocImageSet {
  readonly split: string;
  /** Name of the list, for messages. */
  readonly file: string;
  /** Names without ending, each with the line it stands in. */
  readonly entries: readonly { readonly name: string; readonly line: number }[];
}

/** The folder itself when it is a VOC tree, or the one subfolder that is; undefined when there is none or more than one. */
export async function findVocTree(folder: string): Promise<string | undefined> {
  const names = await listFolder(folder);
  if (await isTree(folder)) return path.resolve(folder);
  const trees: string[] = [];
  for (const name of names) {
    const inside = path.join(folder, name);
    if (await isTree(inside)) trees.push(path.resolve(inside));
  }
  return trees.length === 1 ? trees[0] : undefined;
}

async function isTree(folder: string): Promise<boolean> {
  return (
    (await isFolder(path.join(folder, 'Annotations'))) && (await isFolder(path.join(folder, 'JPEGImages')))
  );
}

/**
 * The image sets of a VOC tree: `ImageSets/Main/{train,val,test}.txt`, and `trainval.txt` when it is asked for or there is no
 * `train.txt`. Without any list, all annotations are one split `train`.
 *
 * @param wanted - names of splits, default all
 * @throws DataError for a wanted list that is not there, an empty list or a name given twice
 */
export async function readImageSets(
  tree: string,
  wanted?: readonly string[],
): Promise<readonly VocImageSet[]> {
  const folder = path.join(tree, 'ImageSets', 'Main');
  const lists = (await isFolder(folder)) ? await listFolder(folder) : [];
  const known = ['train', 'val', 'test', 'trainval'].filter((split) => lists.includes(`${split}.txt`));
  const available = known.length > 0 ? known : ['train'];
  const missing = wanted?.find((split) => !available.includes(split));
  if (missing !== undefined) {
    const expected = `among ${available.join(', ')}`;
    throw new DataError({ file: tree, field: 'splits', expected, actual: show(missing) });
  }
  if (known.length === 0) return [await everything(tree)];
  const chosen = wanted ?? known.filter((split) => split !== 'trainval' || !known.includes('train'));
  const sets: VocImageSet[] = [];
  for (const split of available) {
    if (chosen.includes(split)) sets.push(await readImageSet(path.join(folder, `${split}.txt`), split));
  }
  return sets;
}

async function everything(tree: string): Promise<VocImageSet> {
  const names = await listFolder(path.join(tree, 'Annotations'));
  const entries = names
    .filter((name) => name.endsWith('.xml'))
    .map((name, index) => ({ name: name.slice(0, -'.xml'.length), line: index + 1 }));
  if (entries.length === 0) throw new DataError({ file: 'Annotations', expected: '*.xml', actual: 'none' });
  return { split: 'train', file: 'Annotations', entries };
}

async function readImageSet(list: string, split: string): Promise<VocImageSet> {
  const file = path.basename(list);
  const seen = new Set<string>();
  const entries: { name: string; line: number }[] = [];
  for (const [index, text] of (await readText(list)).split('\n').entries()) {
    // Lists of one class carry a second column, which is not needed.
    const name = text.trim().split(/\s+/)[0]!;
    if (name === '') continue;
    const line = index + 1;
    if (seen.has(name)) {
      throw new DataError({
        file,
        record: `line ${line}`,
        expected: 'every image once',
        actual: `${show(name)} again`,
      });
    }
    seen.add(name);
    entries.push({ name, line });
  }
  if (entries.length === 0)
    throw new DataError({ file, expected: 'names of images', actual: 'an empty list' });
  return { split, file, entries };
}
