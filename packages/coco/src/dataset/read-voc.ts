import path from 'node:path';
import { DataError, show } from '../data-error.ts';
import { BoxChecker, counted } from './box-check.ts';
import { checkClassesSeen, chooseCategories } from './class-filter.ts';
import type { Dataset, DatasetBox, DatasetCategory, DatasetImage, ReadOptions, Split } from './dataset.ts';
import { firstFile, folderName, isFile } from './folder.ts';
import { readVocAnnotation, type VocAnnotation } from './voc-annotation.ts';
import { findVocTree, readImageSets, type VocImageSet } from './voc-files.ts';

/**
 * Reads a data set in Pascal VOC format: `Annotations/NAME.xml`, `JPEGImages/`, and `ImageSets/Main/{train,val,test}.txt` for the
 * splits (`trainval` on request, or where there is no `train`; everything is `train` where there are no lists). A folder whose
 * one VOC tree is a subfolder will do.
 *
 * VOC counts pixels from 1 and includes the last one; a box becomes `[xmin - 1, ymin - 1, xmax, ymax]`, so that its width is
 * `x2 - x1` (detectron2 does the same). A box whose xmax is not above its xmin, or ymax not above ymin, has no size.
 * Classes are those of the splits read, in alphabetical order, with ids 1, 2, …; `difficult` objects are marked `ignore`.
 *
 * @throws DataError naming file and element: a missing folder or file, broken XML, a bad or missing element, a name given twice,
 * an unknown class or split, a box wholly outside its image, a missing image
 */
export async function readVoc(folder: string, options: ReadOptions = {}): Promise<Dataset> {
  const tree = await findVocTree(folder);
  if (tree === undefined) {
    const expected = 'one VOC tree with Annotations/ and JPEGImages/';
    throw new DataError({ file: folder, expected, actual: 'none or several' });
  }
  const sets = await readImageSets(tree, options.splits);
  const parts: { set: VocImageSet; items: readonly Item[] }[] = [];
  for (const set of sets) parts.push({ set, items: await readItems(tree, set) });
  const all = parts.flatMap(({ items }) => items.flatMap(({ annotation }) => annotation.objects));
  const names = [...new Set(all.map(({ name }) => name))].sort();
  const known = names.map((name, index) => ({ id: index + 1, name }));
  const categories = chooseCategories(folder, known, options.classes);
  const notes: string[] = [];
  const splits: Split[] = [];
  let boxesBefore = 0;
  for (const { set, items } of parts) {
    const checker = new BoxChecker();
    const images = items.map((item) => {
      const boxes = readBoxes(item, categories, checker, boxesBefore);
      boxesBefore += boxes.length;
      return Object.assign(item.image, { boxes });
    });
    splits.push({ name: set.split, images });
    notes.push(...checker.notes(set.file));
    if (set.file === 'Annotations') {
      notes.push(
        `ImageSets/Main: no lists, so all ${counted(images.length, 'image', 'images')} are in split train`,
      );
    }
  }
  notes.push(...checkClassesSeen(folder, categories, splits, options.classes !== undefined));
  const byName = Object.fromEntries(splits.map((split) => [split.name, split]));
  return { name: folderName(folder), categories, splits: byName, notes };
}

interface Item {
  /** Name of the annotation file, for messages. */
  readonly file: string;
  readonly image: Omit<DatasetImage, 'boxes'>;
  readonly annotation: VocAnnotation;
}

async function readItems(tree: string, { file: list, entries }: VocImageSet): Promise<Item[]> {
  const items: Item[] = [];
  for (const { name, line } of entries) {
    const file = path.join(tree, 'Annotations', `${name}.xml`);
    if (!(await isFile(file))) {
      const expected = 'a name with a file in Annotations/';
      throw new DataError({ file: list, record: `line ${line}`, expected, actual: `no ${name}.xml` });
    }
    const annotation = await readVocAnnotation(file);
    const image = await findImage(tree, name, annotation);
    items.push({ file: `${name}.xml`, image, annotation });
  }
  return items;
}

async function findImage(tree: string, name: string, annotation: VocAnnotation): Promise<Item['image']> {
  const guesses = ['.jpg', '.jpeg', '.png', '.JPG', '.JPEG', '.PNG'].map((ending) => name + ending);
  const candidates = [...(annotation.fileName === undefined ? [] : [annotation.fileName]), ...guesses];
  const folder = path.join(tree, 'JPEGImages');
  const file = await firstFile(candidates.map((candidate) => path.resolve(folder, candidate)));
  if (file === undefined) {
    const actual = `no file ${show(annotation.fileName ?? `${name}.jpg`)}`;
    throw new DataError({
      file: `${name}.xml`,
      field: 'filename',
      expected: 'an image file in JPEGImages/',
      actual,
    });
  }
  const { width, height } = annotation;
  return { id: name, file, fileName: path.relative(folder, file), width, height };
}

function readBoxes(
  { file, annotation }: Item,
  categories: readonly DatasetCategory[],
  checker: BoxChecker,
  before: number,
): DatasetBox[] {
  const boxes: DatasetBox[] = [];
  for (const { record, name, box: given, difficult } of annotation.objects) {
    const category = categories.findIndex((known) => known.name === name);
    if (category < 0) continue;
    const place = { file, record, field: 'bndbox' };
    const { width, height } = annotation;
    const box = given === undefined ? checker.drop() : checker.check(given, width, height, place);
    if (box === undefined) continue;
    const [x1, y1, x2, y2] = box;
    const area = (x2 - x1) * (y2 - y1);
    boxes.push({ id: before + boxes.length + 1, category, box, area, crowd: false, ignore: difficult });
  }
  return boxes;
}
