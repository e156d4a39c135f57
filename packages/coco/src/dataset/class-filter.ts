import { DataError, show } from '../data-error.ts';
import { counted } from './box-check.ts';
import type { DatasetCategory, Split } from './dataset.ts';

/**
 * The categories to keep, in the data set's order.
 *
 * @param folder - for messages
 * @param known - all categories of the data set
 * @param classes - names to keep, default all
 * @throws DataError for a name that the data set does not have, and for an empty list
 */
export function chooseCategories(
  folder: string,
  known: readonly DatasetCategory[],
  classes: readonly string[] | undefined,
): readonly DatasetCategory[] {
  if (classes === undefined) return known;
  const names = new Set(known.map((category) => category.name));
  const stranger = classes.length === 0 ? '' : classes.find((name) => !names.has(name));
  if (stranger !== undefined) {
    const expected = `one or more of ${[...names].join(', ')}`;
    throw new DataError({
      file: folder,
      field: 'classes',
      expected,
      actual: stranger === '' ? '[]' : show(stranger),
    });
  }
  const wanted = new Set(classes);
  return known.filter((category) => wanted.has(category.name));
}

/**
 * Looks for classes without a box. One asked for by name must be seen in `train` or, where that was not read, in some split.
 *
 * @returns a note for each split in which classes are missing
 * @throws DataError for a class asked for and never seen
 */
export function checkClassesSeen(
  folder: string,
  categories: readonly DatasetCategory[],
  splits: readonly Split[],
  asked: boolean,
): string[] {
  const seen = new Map(splits.map((split) => [split.name, categoriesSeen(split)]));
  const decisive = seen.get('train') ?? categoriesSeen(...splits);
  const missing = categories.find((_, index) => !decisive.has(index));
  if (asked && missing !== undefined) {
    const where = seen.has('train') ? 'train' : [...seen.keys()].join(', ');
    const expected = `boxes of class ${show(missing.name)} in ${where}`;
    throw new DataError({ file: folder, field: 'classes', expected, actual: 'none' });
  }
  return splits.flatMap((split) => {
    const names = categories.filter((_, index) => !seen.get(split.name)!.has(index)).map(({ name }) => name);
    if (names.length === 0) return [];
    const shown = names.length > 5 ? `${names.slice(0, 5).join(', ')}, …` : names.join(', ');
    return [`${split.name}: no box of ${counted(names.length, 'class', 'classes')} (${shown})`];
  });
}

function categoriesSeen(...splits: readonly Split[]): Set<number> {
  const seen = new Set<number>();
  for (const { images } of splits) {
    for (const image of images) for (const box of image.boxes) seen.add(box.category);
  }
  return seen;
}
