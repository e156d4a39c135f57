import path from 'node:path';
import { show } from '../data-error.ts';
import type { Id } from '../evaluation/inputs.ts';
import { BoxChecker } from './box-check.ts';
import { checkClassesSeen, chooseCategories } from './class-filter.ts';
import { findCocoFiles, type CocoFile } from './coco-files.ts';
import {
  annotationRecord,
  categoryRecord,
  imageRecord,
  records,
  type AnnotationRecord,
} from './coco-records.ts';
import type {
  Corners,
  Dataset,
  DatasetBox,
  DatasetCategory,
  DatasetImage,
  ReadOptions,
  Split,
} from './dataset.ts';
import { firstFile, folderName } from './folder.ts';
import { readJsonObject, type JsonObject } from './json-file.ts';

/**
 * Reads a data set in COCO format: `instances_{train,val,test}.json`, in the folder or in its `annotations/`, and the images
 * in `images/`, `images/SPLIT/`, `SPLIT/` or the folder itself. Years are dropped from split names (`train2017` is `train`).
 *
 * Records are checked before anything is returned. Boxes of no size are dropped, boxes reaching out of their image clipped;
 * `notes` counts both. Images are looked for, not decoded.
 *
 * @throws DataError naming file, record and field: a missing folder or file, broken JSON, a bad or missing field, an id given
 * twice, an unknown image, category or class, a box wholly outside its image, a missing image
 */
export async function readCoco(folder: string, options: ReadOptions = {}): Promise<Dataset> {
  const files = await findCocoFiles(folder, options.splits);
  const parts: { source: CocoFile; content: JsonObject }[] = [];
  for (const source of files) parts.push({ source, content: await readJsonObject(source.file) });
  const known = allCategories(parts);
  const categories = chooseCategories(folder, known, options.classes);
  const splits: Split[] = [];
  const notes: string[] = [];
  for (const { source, content } of parts) {
    const boxes = new BoxChecker();
    const images = await readImages(source, content);
    readAnnotations(source, content, { images, boxes, known, categories });
    splits.push({ name: source.split, images: [...images.values()] });
    notes.push(...boxes.notes(path.basename(source.file)));
  }
  notes.push(...checkClassesSeen(folder, categories, splits, options.classes !== undefined));
  const byName = Object.fromEntries(splits.map((split) => [split.name, split]));
  return { name: folderName(folder), categories, splits: byName, notes };
}

type OpenImage = DatasetImage & { readonly boxes: DatasetBox[] };

interface Context {
  readonly images: ReadonlyMap<Id, OpenImage>;
  readonly boxes: BoxChecker;
  /** All categories of the data set. */
  readonly known: readonly DatasetCategory[];
  /** Those to keep. */
  readonly categories: readonly DatasetCategory[];
}

/** The categories of all files together, which must not contradict each other. */
function allCategories(parts: readonly { source: CocoFile; content: JsonObject }[]): DatasetCategory[] {
  const names = new Map<Id, string>();
  for (const { source, content } of parts) {
    const here = new Set<Id>();
    const namesHere = new Set<string>();
    for (const reader of records(path.basename(source.file), content, 'categories')) {
      const { id, name } = categoryRecord(reader);
      if (here.has(id)) throw reader.error('id', 'every id once', `${show(id)} again`);
      if (namesHere.has(name)) throw reader.error('name', 'every name once', `${show(name)} again`);
      const before = names.get(id);
      if (before !== undefined && before !== name) {
        throw reader.error('name', `${show(before)} as in the other splits`);
      }
      here.add(id);
      namesHere.add(name);
      names.set(id, name);
    }
  }
  return [...names].map(([id, name]) => ({ id, name }));
}

async function readImages(source: CocoFile, content: JsonObject): Promise<Map<Id, OpenImage>> {
  const images = new Map<Id, OpenImage>();
  for (const reader of records(path.basename(source.file), content, 'images')) {
    const { id, fileName, width, height } = imageRecord(reader);
    if (images.has(id)) throw reader.error('id', 'every id once', `${show(id)} again`);
    const file = await firstFile(source.imageFolders.map((folder) => path.resolve(folder, fileName)));
    if (file === undefined) throw reader.error('file_name', 'an image file', `no file ${show(fileName)}`);
    images.set(id, { id, file, fileName, width, height, boxes: [] });
  }
  return images;
}

function readAnnotations(
  source: CocoFile,
  content: JsonObject,
  { images, boxes, known, categories }: Context,
): void {
  const file = path.basename(source.file);
  const knownIds = new Set(known.map(({ id }) => id));
  const indexOf = new Map(categories.map(({ id }, index) => [id, index]));
  const ids = new Set<Id>();
  for (const reader of records(file, content, 'annotations')) {
    const annotation = annotationRecord(reader);
    const { id } = annotation;
    if (ids.has(id)) throw reader.error('id', 'every id once', `${show(id)} again`);
    ids.add(id);
    const image = images.get(annotation.image);
    if (image === undefined) throw reader.error('image_id', 'the id of an image');
    if (!knownIds.has(annotation.category)) throw reader.error('category_id', 'the id of a category');
    const category = indexOf.get(annotation.category);
    if (category === undefined) continue;
    const place = { file, record: reader.name, field: 'bbox' };
    const box = boxes.check(annotation.box, image.width, image.height, place);
    if (box === undefined) continue;
    const { crowd, ignore } = annotation;
    image.boxes.push({ id, category, box, area: areaOf(annotation, box), crowd, ignore });
  }
}

/** The annotation's own area, unless it is absent or that of the box before it was clipped. */
function areaOf({ area, box }: AnnotationRecord, clipped: Corners): number {
  const whole = size(box);
  return area === undefined || Math.abs(area - whole) <= 1e-6 * whole ? size(clipped) : area;
}

function size([x1, y1, x2, y2]: Corners): number {
  return (x2 - x1) * (y2 - y1);
}
