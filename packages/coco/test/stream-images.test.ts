import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { toOriginal, toView } from '../src/index.ts';
import {
  DataError,
  streamImages,
  type DatasetImage,
  type DecodedImage,
  type StreamOptions,
} from '../src/node.ts';
import { png, temporaryFolder, writeFiles } from './helpers/folders.ts';

function imageOf(folder: string, fileName: string, width: number, height: number): DatasetImage {
  return { id: fileName, file: path.join(folder, fileName), fileName, width, height, boxes: [] };
}

async function oneImage(content: unknown, width: number, height: number): Promise<DatasetImage> {
  const folder = temporaryFolder();
  writeFiles(folder, { 'a.png': content });
  return imageOf(folder, 'a.png', width, height);
}

async function collected(images: readonly DatasetImage[], options: StreamOptions): Promise<DecodedImage[]> {
  const all: DecodedImage[] = [];
  for await (const image of streamImages(images, options)) all.push(image);
  return all;
}

async function decoded(image: DatasetImage, options: StreamOptions): Promise<DecodedImage> {
  const [first] = await collected([image], options);
  return first!;
}

function pixelAt({ pixels, width }: DecodedImage, x: number, y: number): number[] {
  return [...pixels.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

describe('streamImages', () => {
  test('gives RGB row by row, stretched', async () => {
    const image = await decoded(await oneImage(await png(40, 30, '#ff0000', '#0000ff'), 40, 30), {
      width: 20,
      height: 30,
    });
    expect(image.pixels).toHaveLength(20 * 30 * 3);
    expect(image.pixels.constructor.name).toBe('Uint8Array');
    expect(pixelAt(image, 2, 29)).toStrictEqual([255, 0, 0]);
    expect(pixelAt(image, 17, 0)).toStrictEqual([0, 0, 255]);
    expect(image.view).toStrictEqual({ scaleX: 0.5, scaleY: 1, offsetX: 0, offsetY: 0 });
  });

  test('puts bars around an image that is to keep its shape', async () => {
    const source = await oneImage(await png(40, 20, '#00ff00'), 40, 20);
    const image = await decoded(source, { width: 20, height: 20, fit: 'contain', background: [9, 8, 7] });
    expect(image.pixels).toHaveLength(20 * 20 * 3);
    expect([4, 5, 14, 15].map((y) => pixelAt(image, 10, y))).toStrictEqual([
      [9, 8, 7],
      [0, 255, 0],
      [0, 255, 0],
      [9, 8, 7],
    ]);
    expect(image.view).toStrictEqual({ scaleX: 0.5, scaleY: 0.5, offsetX: 0, offsetY: 5 });
    expect(toView([4, 2, 40, 20], image.view)).toStrictEqual([2, 6, 20, 15]);
    expect(toOriginal([2, 6, 20, 15], image.view)).toStrictEqual([4, 2, 40, 20]);
  });

  test('brings grey and transparent images to RGB', async () => {
    const grey = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#808080' } })
      .greyscale()
      .png()
      .toBuffer();
    const clear = await sharp({
      create: { width: 4, height: 4, channels: 4, background: { r: 10, g: 20, b: 30, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    const deep = await sharp(grey).toColourspace('rgb16').png().toBuffer();
    for (const [content, colour] of [
      [grey, [128, 128, 128]],
      [clear, [10, 20, 30]],
      [deep, [128, 128, 128]],
    ] as const) {
      const image = await decoded(await oneImage(content, 4, 4), { width: 6, height: 5, fit: 'contain' });
      expect(image.pixels).toHaveLength(6 * 5 * 3);
      // Resizing weighs colours by opacity, which may round one level off.
      pixelAt(image, 3, 2).forEach((value, k) => expect(Math.abs(value - colour[k]!)).toBeLessThanOrEqual(1));
    }
  });

  test('follows the turn noted by a camera only where the record does', async () => {
    const turned = await sharp(await png(40, 30, '#ff0000', '#0000ff'))
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const kept = await decoded(await oneImage(turned, 40, 30), { width: 40, height: 30 });
    expect(pixelAt(kept, 5, 15)[0]).toBeGreaterThan(200);
    expect(pixelAt(kept, 35, 15)[2]).toBeGreaterThan(200);
    const upright = await decoded(await oneImage(turned, 30, 40), { width: 30, height: 40 });
    expect(pixelAt(upright, 15, 5)[0]).toBeGreaterThan(200);
    expect(pixelAt(upright, 15, 35)[2]).toBeGreaterThan(200);
  });

  test('keeps the order and stops when the loop is left', async () => {
    const folder = temporaryFolder();
    const images: DatasetImage[] = [];
    for (let i = 0; i < 12; i += 1) {
      // The first take longest.
      const size = i < 3 ? 900 : 8;
      writeFiles(folder, { [`${i}.png`]: await png(size, size, `rgb(${i},0,0)`) });
      images.push(imageOf(folder, `${i}.png`, size, size));
    }
    const seen: number[] = [];
    let asked = 0;
    const counting = function* (): Generator<DatasetImage> {
      for (const image of images) {
        asked += 1;
        yield image;
      }
    };
    for await (const image of streamImages(counting(), { width: 8, height: 8, ahead: 3 })) {
      seen.push(image.pixels[0]!);
      if (seen.length === 5) break;
    }
    expect(seen).toStrictEqual([0, 1, 2, 3, 4]);
    expect(asked).toBe(8);
  });
});

describe('streamImages refuses', () => {
  test.each<[string, unknown, number, string]>([
    [
      'what is no image',
      'not an image',
      40,
      'a.png: expected an image that can be decoded, got Input file contains unsupported image format',
    ],
    [
      'another size',
      png(40, 30, '#000'),
      41,
      'a.png: size: expected 41×30 pixels as in the annotations, got 40×30',
    ],
    [
      'half an image',
      png(40, 30, '#000', '#fff').then((whole) => whole.subarray(0, 90)),
      40,
      'a.png: expected an image that can be decoded',
    ],
  ])('%s', async (_, content, width, message) => {
    const image = await oneImage(await content, width, 30);
    const error: unknown = await decoded(image, { width: 4, height: 4 }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toHaveProperty('message', expect.stringContaining(message));
  });

  test('a file that is gone, at its turn and not before', async () => {
    const good = await oneImage(await png(4, 4, '#fff'), 4, 4);
    const seen: string[] = [];
    const run = async (): Promise<void> => {
      for await (const { image } of streamImages([good, { ...good, file: `${good.file}x` }, good], {
        width: 4,
        height: 4,
      })) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        seen.push(image.fileName);
      }
    };
    await expect(run()).rejects.toThrow(
      'a.png: expected an image that can be decoded, got Input file is missing',
    );
    expect(seen).toStrictEqual(['a.png']);
  });

  test.each([
    [{ width: 0, height: 4 }, 'options: width: expected an integer > 0, got 0'],
    [{ width: 4, height: 4.5 }, 'options: height: expected an integer > 0, got 4.5'],
    [{ width: 4, height: 4, ahead: -1 }, 'options: ahead: expected an integer ≥ 0, got -1'],
    [
      JSON.parse('{"width":4,"height":4,"fit":"cover"}'),
      'options: fit: expected "fill" or "contain", got "cover"',
    ],
  ])('the options %j', async (options, message) => {
    await expect(collected([], options)).rejects.toThrow(message);
  });
});
