import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, readDataset, readVoc } from '../src/node.ts';
import { shared } from './helpers/fixtures.ts';
import {
  cocoContent,
  cocoFolder,
  temporaryFolder,
  vocFolder,
  vocObject,
  vocXml,
  writeFiles,
} from './helpers/folders.ts';

const refusal = async (files: Readonly<Record<string, unknown>>, options = {}): Promise<string> => {
  const error: unknown = await readVoc(vocFolder(files), options).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(DataError);
  const message = error instanceof DataError ? error.message : '';
  expect(message).not.toContain('\n');
  return message;
};

const object = (bounds: readonly (number | string)[]): string =>
  vocXml(vocObject('cat', [1, 1, 9, 9]) + vocObject('dog', bounds));

describe('readVoc', () => {
  test('reads images, boxes and classes', async () => {
    const folder = vocFolder();
    const { categories, splits, notes } = await readVoc(folder);
    expect(categories).toStrictEqual([
      { id: 1, name: 'cat' },
      { id: 2, name: 'dog' },
    ]);
    expect(notes).toStrictEqual([]);
    expect(splits['train']!.images).toStrictEqual([
      {
        id: 'a',
        file: path.join(folder, 'JPEGImages/a.png'),
        fileName: 'a.png',
        width: 40,
        height: 30,
        boxes: [
          { id: 1, category: 1, box: [2, 3, 12, 15], area: 120, crowd: false, ignore: false },
          { id: 2, category: 0, box: [0, 0, 40, 30], area: 1200, crowd: false, ignore: true },
        ],
      },
      {
        id: 'b',
        file: path.join(folder, 'JPEGImages/b.png'),
        fileName: 'b.png',
        width: 40,
        height: 30,
        boxes: [],
      },
    ]);
  });

  test('a tree in the only fitting subfolder', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, {
      LICENSE: '',
      'VOC2007/Annotations/a.xml': vocXml(vocObject('dog', [3, 4, 12, 15]), { fileName: 'elsewhere.jpg' }),
      'VOC2007/JPEGImages/a.jpg': '',
    });
    const { splits, notes } = await readVoc(folder);
    expect(splits['train']!.images).toMatchObject([{ id: 'a', fileName: 'a.jpg' }]);
    expect(notes).toStrictEqual(['ImageSets/Main: no lists, so all 1 image are in split train']);
  });

  test('takes trainval when there is no train, or on request', async () => {
    const lists = { 'ImageSets/Main/trainval.txt': 'a  1\r\n\r\nb -1\r\n', 'ImageSets/Main/test.txt': 'b' };
    const folder = vocFolder(lists);
    expect(Object.keys((await readVoc(folder)).splits)).toStrictEqual(['train', 'test']);
    expect((await readVoc(folder, { splits: ['trainval'] })).splits['trainval']!.images).toHaveLength(2);
  });

  test('drops boxes of no size and clips those reaching out', async () => {
    const objects = [
      [5, 5, 5, 9],
      [9, 5, 7, 9],
      [0, 0, 10, 10],
      [30, 20, 45, 30],
    ].map((bounds) => vocObject('cat', bounds));
    const { splits, notes } = await readVoc(vocFolder({ 'Annotations/a.xml': vocXml(objects.join('')) }));
    expect(notes).toStrictEqual([
      'train.txt: 2 boxes of no size dropped',
      'train.txt: 2 boxes reaching out of the image clipped to it',
    ]);
    expect(splits['train']!.images[0]!.boxes.map((box) => box.box)).toStrictEqual([
      [0, 0, 10, 10],
      [29, 19, 40, 30],
    ]);
  });

  test('reads the BCCD set', { skip: !existsSync(shared('bccd-voc')) }, async () => {
    const { splits, categories, notes } = await readVoc(shared('bccd-voc'));
    expect(categories.map((category) => category.name)).toStrictEqual(['Platelets', 'RBC', 'WBC']);
    const images = Object.values(splits).flatMap((split) => split.images);
    expect(Object.values(splits).map((split) => split.images.length)).toStrictEqual([205, 87, 72]);
    const counts = categories.map(
      (_, k) => images.flatMap((image) => image.boxes.filter((box) => box.category === k)).length,
    );
    expect(counts).toStrictEqual([361, 4153, 372]);
    expect(notes).toStrictEqual(['train.txt: 1 box of no size dropped', 'val.txt: 1 box of no size dropped']);
  });
});

describe('readVoc refuses', () => {
  test.each<[string, string, string]>([
    [
      'XML that is broken',
      '<annotation><size></annotation>',
      'expected well-formed XML, got Missing end tag for element size (line 1, column 19)',
    ],
    ['another root', '<note/>', 'expected a root element <annotation>, got <note>'],
    ['no size', '<annotation/>', 'size: expected an element <size>, got none'],
    [
      'a width of 0',
      vocXml('', { size: '<width>0</width><height>3</height>' }),
      'size/width: expected an integer > 0, got 0',
    ],
    [
      'no height',
      vocXml('', { size: '<width>9</width>' }),
      'size/height: expected an element <height>, got none',
    ],
    ['no class name', vocXml('<object></object>'), 'object 1: name: expected an element <name>, got none'],
    [
      'an empty class name',
      vocXml('<object><name> </name></object>'),
      'object 1: name: expected a class name, got nothing',
    ],
    [
      'no box',
      vocXml('<object><name>cat</name></object>'),
      'object 1: bndbox: expected an element <bndbox>, got none',
    ],
    [
      'a side that is no number',
      object([1, 'NaN', 3, 4]),
      'object 2: bndbox/ymin: expected a finite number, got "NaN"',
    ],
    ['an empty side', object([1, 2, '', 4]), 'object 2: bndbox/xmax: expected a finite number, got ""'],
    [
      'a box outside',
      object([41, 2, 50, 4]),
      'object 2: bndbox: expected a box within the image of 40×30, got one wholly outside, corners [40, 1, 50, 4]',
    ],
    [
      'a missing image',
      vocXml('', { fileName: 'z.jpg' }),
      'filename: expected an image file in JPEGImages/, got no file "z.jpg"',
    ],
  ])('%s', async (_, xml, message) => {
    const files = {
      'Annotations/c.xml': xml,
      'ImageSets/Main/train.txt': 'a\nc\n',
      ...(xml.includes('z.jpg') ? {} : { 'JPEGImages/a.png': '' }),
    };
    expect(await refusal(files)).toBe(`c.xml: ${message}`);
  });

  test.each<[string, string, string]>([
    [
      'a name without annotation',
      'a\n\nc\n',
      'train.txt: line 3: expected a name with a file in Annotations/, got no c.xml',
    ],
    ['a name twice', 'a\nb\na', 'train.txt: line 3: expected every image once, got "a" again'],
    ['an empty list', '\n', 'train.txt: expected names of images, got an empty list'],
  ])('%s', async (_, list, message) => {
    expect(await refusal({ 'ImageSets/Main/train.txt': list })).toBe(message);
  });

  test('a split or class that is not there', async () => {
    expect(await refusal({}, { splits: ['val'] })).toMatch(/: splits: expected among train, got "val"$/);
    expect(await refusal({}, { classes: ['cow'] })).toMatch(
      /: classes: expected one or more of cat, dog, got "cow"$/,
    );
  });

  test('a folder without a tree', async () => {
    await expect(readVoc(temporaryFolder())).rejects.toThrow(
      'expected one VOC tree with Annotations/ and JPEGImages/, got none or several',
    );
  });
});

describe('readDataset', () => {
  test('tells the formats apart', async () => {
    expect((await readDataset(cocoFolder(cocoContent()))).categories[0]!.name).toBe('dog');
    expect((await readDataset(vocFolder(), { classes: ['cat'] })).categories).toStrictEqual([
      { id: 1, name: 'cat' },
    ]);
  });

  test('refuses what is neither, and what is not there', async () => {
    const folder = temporaryFolder();
    await expect(readDataset(folder)).rejects.toThrow(
      /expected instances_train\.json \(COCO\) or .*, got neither$/,
    );
    await expect(readDataset(path.join(folder, 'none'))).rejects.toThrow(
      'expected a readable folder, got no such file or folder',
    );
  });
});
