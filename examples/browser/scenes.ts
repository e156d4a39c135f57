import { type Random, seededRandom } from '@equipoise/core';

/** A scene is SIZE × SIZE pixels; there is one anchor for each cell of CELL × CELL. */
export const SIZE = 64;
export const CELL = 8;
/** A cell sees REACH × REACH pixels around its centre, every third of them. */
const REACH = 24;
const STRIDE = 3;
const SEEN = REACH / STRIDE;

export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

export interface Scene {
  /** [SIZE · SIZE] brightness. */
  readonly pixels: Float32Array;
  /** Of the one disc in it. */
  readonly box: Box;
}

export interface Scenes {
  readonly scenes: readonly Scene[];
  /** [images · cells, featureCount] what each cell sees. */
  readonly features: Float32Array;
  readonly featureCount: number;
}

/** So many images of a disc on noise, from a seed. */
export function batchOfScenes(images: number, seed: number): Scenes {
  const random = seededRandom(seed);
  const scenes = Array.from({ length: images }, () => scene(random));
  const features = scenes.flatMap(({ pixels }) => cells().flatMap(([x, y]) => patch(pixels, x, y)));
  return { scenes, features: Float32Array.from(features), featureCount: SEEN * SEEN };
}

function scene(random: Random): Scene {
  const radius = 6 + random.below(5);
  const [x, y] = [radius + random.below(SIZE - 2 * radius), radius + random.below(SIZE - 2 * radius)];
  const pixels = random.normal(SIZE * SIZE).map((noise, i) => {
    const inside = Math.hypot((i % SIZE) - x, Math.floor(i / SIZE) - y) <= radius;
    return (inside ? 0.9 : 0.2) + 0.1 * noise;
  });
  return { pixels, box: [x - radius, y - radius, x + radius, y + radius] };
}

function cells(): [x: number, y: number][] {
  const side = SIZE / CELL;
  return Array.from({ length: side * side }, (_, i) => [
    (i % side) * CELL + CELL / 2,
    Math.floor(i / side) * CELL + CELL / 2,
  ]);
}

function patch(pixels: Float32Array, x: number, y: number): number[] {
  const start = -REACH / 2 + 1;
  return Array.from({ length: SEEN * SEEN }, (_, i) => {
    const [column, row] = [x + start + STRIDE * (i % SEEN), y + start + STRIDE * Math.floor(i / SEEN)];
    const outside = column < 0 || row < 0 || column >= SIZE || row >= SIZE;
    return outside ? 0 : pixels[row * SIZE + column]!;
  });
}
