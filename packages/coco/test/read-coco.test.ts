import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { toCocoGroundTruth } from '../src/index.ts';
import { DataError, readCoco } from '../src/node.ts';
import { shared } from './helpers/fixtures.ts';
import { cocoContent, cocoFolder, temporaryFolder, writeFiles, type CocoContent } from './helpers/folders.ts';

const refusal = async (folder: string, options = {}): Promise<string> => {
  const error: unknown = await readCoco(folder, options).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(DataError);
  const message = error instanceof DataError ? error.message : '';
  expect(message).not.toContain('\n');
  return message;
};

const text = (change: (text: string) => string): string =>
  change(JSON.stringify(cocoContent(), undefined, 1));

describe('readCoco', () => {
  test('reads images, boxes and classes', async () => {
    const folder = cocoFolder(cocoContent());
    const { name, categories, splits, notes } = await readCoco(folder);
    expect(name).toBe(path.basename(folder));
    expect(categories).toStrictEqual([
      { id: 7, name: 'dog' },
      { id: 5, name: 'cat' },
    ]);
    expect(notes).toStrictEqual([]);
    expect(Object.keys(splits)).toStrictEqual(['train']);
    expect(splits['train']!.images).toStrictEqual([
      {
        id: 1,
        file: path.join(folder, 'images/a.png'),
        fileName: 'a.png',
        width: 40,
        height: 30,
        boxes: [
          { id: 17, category: 1, box: [2, 3, 12, 15], area: 100, crowd: false, ignore: false },
          { id: 18, category: 0, box: [5, 5, 25, 25], area: 400, crowd: true, ignore: false },
        ],
      },
      {
        id: 2,
        file: path.join(folder, 'images/b.png'),
        fileName: 'b.png',
        width: 40,
        height: 30,
        boxes: [{ id: 19, category: 0, box: [0, 0, 40, 30], area: 1200, crowd: false, ignore: false }],
      },
    ]);
  });

  test('gives back the ground truth it read', async () => {
    const { categories, splits } = await readCoco(cocoFolder(cocoContent()));
    const truth = toCocoGroundTruth(splits['train']!.images, categories);
    const content = cocoContent();
    expect(truth.images).toStrictEqual(content.images);
    expect(truth.categories).toStrictEqual(content.categories);
    expect(truth.annotations).toMatchObject(content.annotations);
  });

  test('finds splits and images where COCO keeps them, and drops the year', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, {
      'annotations/instances_val2017.json': { ...cocoContent(), annotations: [] },
      'annotations/instances_train2017.json': cocoContent(),
      'train2017/a.png': '',
      'train2017/b.png': '',
      'images/val2017/a.png': '',
      'images/val2017/b.png': '',
    });
    const { splits, notes } = await readCoco(folder);
    expect(Object.keys(splits)).toStrictEqual(['train', 'val']);
    expect(splits['train']!.images[0]!.file).toBe(path.join(folder, 'train2017/a.png'));
    expect(splits['val']!.images[0]!.file).toBe(path.join(folder, 'images/val2017/a.png'));
    expect(notes).toStrictEqual(['val: no box of 2 classes (dog, cat)']);
    expect(Object.keys((await readCoco(folder, { splits: ['val'] })).splits)).toStrictEqual(['val']);
  });

  test('keeps chosen classes, numbered anew, and all images', async () => {
    const { categories, splits } = await readCoco(cocoFolder(cocoContent()), { classes: ['cat'] });
    expect(categories).toStrictEqual([{ id: 5, name: 'cat' }]);
    expect(splits['train']!.images.map((image) => image.boxes.map((box) => box.category))).toStrictEqual([
      [0],
      [],
    ]);
  });

  test('drops boxes of no size and clips those reaching out, and says so', async () => {
    const content = cocoContent();
    content.annotations.push(
      { id: 20, image_id: 2, category_id: 5, bbox: [3, 3, 0, 5] },
      { id: 21, image_id: 2, category_id: 5, bbox: [3, 3, 5, -1] },
      { id: 22, image_id: 2, category_id: 5, bbox: [-5, 20, 10, 20], area: 200 },
      { id: 23, image_id: 2, category_id: 5, bbox: [-5, 20, 10, 20], area: 40 },
      { id: 24, image_id: 2, category_id: 5, bbox: [30, 20, 10.0000001, 10] },
    );
    const { splits, notes } = await readCoco(cocoFolder(content));
    expect(notes).toStrictEqual([
      'instances_train.json: 2 boxes of no size dropped',
      'instances_train.json: 2 boxes reaching out of the image clipped to it',
    ]);
    expect(splits['train']!.images[1]!.boxes.slice(1)).toMatchObject([
      { id: 22, box: [0, 20, 5, 30], area: 50 },
      { id: 23, box: [0, 20, 5, 30], area: 40 },
      { id: 24, box: [30, 20, 40, 30] },
    ]);
  });

  test('notes a class that no box has', async () => {
    const content = cocoContent();
    content.categories.push({ id: 8, name: 'eel' });
    expect((await readCoco(cocoFolder(content))).notes).toStrictEqual(['train: no box of 1 class (eel)']);
  });

  test('reads the BCCD set', { skip: !existsSync(shared('bccd192')) }, async () => {
    const { splits, categories, notes } = await readCoco(shared('bccd192'));
    expect(categories.map((category) => category.name)).toStrictEqual(['RBC', 'WBC', 'Platelets']);
    const images = Object.values(splits).flatMap((split) => split.images);
    expect(Object.values(splits).map((split) => split.images.length)).toStrictEqual([205, 87, 72]);
    const counts = categories.map(
      (_, k) => images.flatMap((image) => image.boxes.filter((box) => box.category === k)).length,
    );
    expect(counts).toStrictEqual([4153, 372, 361]);
    expect(notes).toStrictEqual([]);
  });
});

describe('readCoco refuses', () => {
  test.each<[string, (content: CocoContent) => void, string]>([
    [
      'a box with NaN written as null',
      (c) => (c.annotations[0]!['bbox'] = [1, null, 3, 4]),
      'annotation 17: bbox: expected 4 finite numbers, got [1, null, 3, 4]',
    ],
    [
      'a box of text',
      (c) => (c.annotations[0]!['bbox'] = [1, '2', 3, 4]),
      'annotation 17: bbox: expected 4 finite numbers, got [1, "2", 3, 4]',
    ],
    [
      'a box of three',
      (c) => (c.annotations[0]!['bbox'] = [1, 2, 3]),
      'annotation 17: bbox: expected 4 finite numbers, got [1, 2, 3]',
    ],
    [
      'no box',
      (c) => delete c.annotations[0]!['bbox'],
      'annotation 17: bbox: expected 4 finite numbers, got nothing',
    ],
    [
      'a box outside',
      (c) => (c.annotations[0]!['bbox'] = [40, 2, 3, 4]),
      'annotation 17: bbox: expected a box within the image of 40×30, got one wholly outside, corners [40, 2, 43, 6]',
    ],
    [
      'a negative area',
      (c) => (c.annotations[0]!['area'] = -1),
      'annotation 17: area: expected a finite number ≥ 0, got -1',
    ],
    [
      'a strange crowd flag',
      (c) => (c.annotations[0]!['iscrowd'] = 2),
      'annotation 17: iscrowd: expected 0 or 1, got 2',
    ],
    [
      'an annotation twice',
      (c) => (c.annotations[1]!['id'] = 17),
      'annotation 17: id: expected every id once, got 17 again',
    ],
    [
      'no annotation id',
      (c) => delete c.annotations[2]!['id'],
      'annotations[2]: id: expected a number or a string, got nothing',
    ],
    [
      'an unknown image',
      (c) => (c.annotations[0]!['image_id'] = 3),
      'annotation 17: image_id: expected the id of an image, got 3',
    ],
    [
      'an unknown category',
      (c) => (c.annotations[0]!['category_id'] = 6),
      'annotation 17: category_id: expected the id of a category, got 6',
    ],
    ['an image twice', (c) => (c.images[1]!['id'] = 1), 'image 1: id: expected every id once, got 1 again'],
    [
      'a missing image',
      (c) => (c.images[1]!['file_name'] = 'c.png'),
      'image 2: file_name: expected an image file, got no file "c.png"',
    ],
    [
      'no file name',
      (c) => delete c.images[1]!['file_name'],
      'image 2: file_name: expected a text, got nothing',
    ],
    ['no width', (c) => delete c.images[1]!['width'], 'image 2: width: expected an integer > 0, got nothing'],
    ['a height of 0', (c) => (c.images[1]!['height'] = 0), 'image 2: height: expected an integer > 0, got 0'],
    [
      'a category twice',
      (c) => (c.categories[1]!['id'] = 7),
      'category 7: id: expected every id once, got 7 again',
    ],
    [
      'a name twice',
      (c) => (c.categories[1]!['name'] = 'dog'),
      'category 5: name: expected every name once, got "dog" again',
    ],
    [
      'a record that is none',
      (c) => c.images.push(JSON.parse('null')),
      'images[2]: expected an object, got null',
    ],
    ['no list', (c) => Object.assign(c, { annotations: {} }), 'annotations: expected an array, got {}'],
  ])('%s', async (_, spoil, message) => {
    const content = cocoContent();
    spoil(content);
    expect(await refusal(cocoFolder(content))).toBe(`instances_train.json: ${message}`);
  });

  test.each<[string, string, string]>([
    [
      'bare NaN',
      text((json) => json.replace('"area": 100', '"area": NaN')),
      'expected valid JSON, got NaN (not a JSON number) at line 27, column 12, near',
    ],
    [
      'bare -Infinity',
      '{"NaN": "a \\"NaN", "x": [-Infinity]}',
      'got -Infinity (not a JSON number) at line 1, column 26',
    ],
    [
      'a missing comma',
      '{"images": [1 2]}',
      'expected valid JSON, got a fault at line 1, column 15, near "{\\"images\\": [1 2]}"',
    ],
    [
      'half a file',
      text((json) => json.slice(0, 200)),
      'expected valid JSON, got a file that ends too early',
    ],
    ['an empty file', ' ', 'expected valid JSON, got an empty file'],
    ['an array', '[]', 'expected a JSON object, got an array'],
  ])('%s', async (_, json, message) => {
    const found = await refusal(cocoFolder(json));
    expect(found).toMatch(/^instances_train\.json: /);
    expect(found).toContain(message);
  });

  test('splits that contradict each other', async () => {
    const content = cocoContent();
    content.categories[0]!['name'] = 'wolf';
    const folder = cocoFolder(cocoContent(), { 'instances_val.json': content });
    expect(await refusal(folder)).toBe(
      'instances_val.json: category 7: name: expected "dog" as in the other splits, got "wolf"',
    );
  });

  test('a folder that is missing, a file, or without annotations', async () => {
    const folder = temporaryFolder();
    expect(await refusal(path.join(folder, 'none'))).toMatch(
      /none: expected a readable folder, got no such file or folder$/,
    );
    expect(await refusal(folder)).toMatch(/: expected instances_train.json, got no instances_\*\.json$/);
    writeFiles(folder, { 'instances_train.json': '{}' });
    expect(await refusal(path.join(folder, 'instances_train.json'))).toMatch(/expected a readable folder/);
  });

  test('a split or class that is not there', async () => {
    const folder = cocoFolder(cocoContent());
    expect(await refusal(folder, { splits: ['val'] })).toMatch(/: splits: expected among train, got "val"$/);
    expect(await refusal(folder, { classes: ['cow'] })).toMatch(
      /: classes: expected one or more of dog, cat, got "cow"$/,
    );
    expect(await refusal(folder, { classes: [] })).toMatch(
      /: classes: expected one or more of dog, cat, got \[\]$/,
    );
  });

  test('a class asked for that no box has', async () => {
    const content = cocoContent();
    content.annotations.shift();
    const folder = cocoFolder(content);
    expect(await refusal(folder, { classes: ['cat'] })).toMatch(
      /: classes: expected boxes of class "cat" in train, got none$/,
    );
  });
});
