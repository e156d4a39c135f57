import type { CocoAnnotation, CocoDetection, CocoGroundTruth } from '@equipoise/coco';

/** Size of a synthetic set. */
export interface SceneOptions {
  readonly images: number;
  readonly detectionsPerImage: number;
  readonly categories: number;
  readonly seed: number;
}

/** Ground truth and detections of one synthetic set. */
export interface Scenes {
  readonly groundTruth: CocoGroundTruth;
  readonly detections: readonly CocoDetection[];
}

type Box = readonly [number, number, number, number];

const width = 640;
const height = 480;

/**
 * Scenes after COCO val2017: 7.3 boxes an image on average (0 to 21), a few frequent categories and many rare ones, sizes
 * spread evenly over the logarithm, one box in a hundred a crowd. A quarter of the detections are jittered copies of boxes,
 * the others lie anywhere, half of them of a category that the image does hold. Scores have three digits, so there are ties.
 */
export function scenes({ images, detectionsPerImage, categories, seed }: SceneOptions): Scenes {
  const random = mulberry32(seed);
  const category = (): number => 1 + Math.floor(categories * random() ** 2.5);
  const annotations: CocoAnnotation[] = [];
  const detections: CocoDetection[] = [];
  for (let image = 1; image <= images; image += 1) {
    const first = annotations.length;
    const count = Math.floor(random() * 20.5 * (0.4 + 0.6 * random()) + 0.6);
    for (let i = 0; i < count; i += 1) {
      const bbox = anyBox(random);
      const iscrowd = random() < 0.01 ? 1 : 0;
      const id = annotations.length + 1;
      const area = bbox[2] * bbox[3] * (0.5 + 0.4 * random());
      annotations.push({ id, image_id: image, category_id: category(), bbox, area, iscrowd });
    }
    for (let i = 0; i < detectionsPerImage; i += 1) {
      const near = count > 0 && random() < 0.25;
      const model = count > 0 ? annotations[first + Math.floor(random() * count)]! : undefined;
      const kept = model !== undefined && random() < (near ? 0.9 : 0.5);
      detections.push({
        image_id: image,
        category_id: kept ? model.category_id : category(),
        bbox: near ? jittered(model!.bbox, random) : anyBox(random),
        score: Math.round(1000 * (near ? 1 - random() ** 2 : random() ** 3)) / 1000,
      });
    }
  }
  return {
    groundTruth: {
      images: Array.from({ length: images }, (_, i) => ({
        id: i + 1,
        width,
        height,
        file_name: `${i + 1}.jpg`,
      })),
      annotations,
      categories: Array.from({ length: categories }, (_, i) => ({ id: i + 1, name: `category ${i + 1}` })),
    },
    detections,
  };
}

function anyBox(random: () => number): Box {
  const size = 8 * 50 ** random();
  const shape = 2 ** (2 * random() - 1);
  const w = round(Math.min(width, size * shape));
  const h = round(Math.min(height, size / shape));
  return [round(random() * (width - w)), round(random() * (height - h)), w, h];
}

function jittered(box: ArrayLike<number>, random: () => number): Box {
  const [x = 0, y = 0, w = 0, h = 0] = Array.from(box);
  const by = (scale: number): number => 0.3 * scale * (random() - 0.5) * random();
  return [round(x + by(w)), round(y + by(h)), round(w + by(w)), round(h + by(h))];
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}

/** Numbers in [0, 1) from a 32-bit state (Tommy Ettinger's mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
