import { DataError } from '../data-error.ts';
import { hasCocoFiles } from './coco-files.ts';
import type { Dataset, ReadOptions } from './dataset.ts';
import { readCoco } from './read-coco.ts';
import { readVoc } from './read-voc.ts';
import { findVocTree } from './voc-files.ts';

/**
 * Reads a data set in COCO or Pascal VOC format, whichever the folder holds (COCO if both); see `readCoco` and `readVoc`.
 *
 * @throws DataError when it holds neither, and for what those throw
 */
export async function readDataset(folder: string, options: ReadOptions = {}): Promise<Dataset> {
  if (await hasCocoFiles(folder)) return readCoco(folder, options);
  if ((await findVocTree(folder)) !== undefined) return readVoc(folder, options);
  throw new DataError({
    file: folder,
    expected: 'instances_train.json (COCO) or Annotations/ and JPEGImages/ (Pascal VOC)',
    actual: 'neither',
  });
}
