import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';

/** A new folder, removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'equipoise-coco-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files, with the folders they need; objects as JSON. */
export function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    const raw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(file, raw ? content : JSON.stringify(content));
  }
}

/** A PNG of one colour, or with its right half of another. */
export async function png(
  width: number,
  height: number,
  left: string,
  right: string = left,
): Promise<Buffer> {
  const half = Math.floor(width / 2);
  const side = await sharp({ create: { width: half, height, channels: 3, background: right } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: left } })
    .composite([{ input: side, left: width - half, top: 0 }])
    .png()
    .toBuffer();
}

/** An entry of a COCO file, of which a test changes what it likes. */
export type Entry = Record<string, unknown>;

/** The content of a COCO file with two images, 40×30, three boxes and two classes. */
export interface CocoContent {
  images: Entry[];
  annotations: Entry[];
  categories: Entry[];
}

/** A sound COCO file. */
export function cocoContent(): CocoContent {
  return {
    images: [
      { id: 1, file_name: 'a.png', width: 40, height: 30 },
      { id: 2, file_name: 'b.png', width: 40, height: 30 },
    ],
    annotations: [
      { id: 17, image_id: 1, category_id: 5, bbox: [2, 3, 10, 12], area: 100, iscrowd: 0 },
      { id: 18, image_id: 1, category_id: 7, bbox: [5, 5, 20, 20], area: 400, iscrowd: 1 },
      { id: 19, image_id: 2, category_id: 7, bbox: [0, 0, 40, 30] },
    ],
    categories: [
      { id: 7, name: 'dog' },
      { id: 5, name: 'cat' },
    ],
  };
}

/** A folder with `instances_train.json` and its images, which the readers do not decode. */
export function cocoFolder(content: unknown, files: Readonly<Record<string, unknown>> = {}): string {
  const folder = temporaryFolder();
  writeFiles(folder, { 'images/a.png': 'a', 'images/b.png': 'b', 'instances_train.json': content, ...files });
  return folder;
}

/** A VOC annotation. */
export function vocXml(
  objects: string,
  { size = '<width>40</width><height>30</height>', fileName = 'a.png' } = {},
): string {
  return `<annotation><filename>${fileName}</filename><size>${size}<depth>3</depth></size>${objects}</annotation>`;
}

/** An object of a VOC annotation. */
export function vocObject(name: string, bounds: readonly (number | string)[], difficult = 0): string {
  const sides = ['xmin', 'ymin', 'xmax', 'ymax'].map((side, i) => `<${side}>${bounds[i]}</${side}>`);
  return `<object><name>${name}</name><difficult>${difficult}</difficult><bndbox>${sides.join('')}</bndbox></object>`;
}

/** A VOC tree with two images, of which a test changes what it likes. */
export function vocFolder(files: Readonly<Record<string, unknown>> = {}): string {
  const folder = temporaryFolder();
  writeFiles(folder, {
    'JPEGImages/a.png': 'a',
    'JPEGImages/b.png': 'b',
    'Annotations/a.xml': vocXml(vocObject('dog', [3, 4, 12, 15]) + vocObject('cat', [1, 1, 40, 30], 1)),
    'Annotations/b.xml': vocXml('', { fileName: 'b.png' }),
    'ImageSets/Main/train.txt': 'a\nb\n',
    ...files,
  });
  return folder;
}
