import type { CocoGroundTruth, Corners, DatasetImage } from '@equipoise/coco';
import { toCocoGroundTruth, toView } from '@equipoise/coco';
import { readDataset, streamImages } from '@equipoise/coco/node';

/** One image as the network sees it, with its boxes in the network's pixels. */
export interface Scene {
  readonly id: number | string;
  readonly name: string;
  /** RGB bytes [height, width, 3]. */
  readonly pixels: Uint8Array;
  readonly boxes: readonly Corners[];
  /** Class index of each box. */
  readonly classes: readonly number[];
  /** Regions where anchors do not count. */
  readonly ignored: readonly Corners[];
  /** Scale from the original to the network's pixels. */
  readonly scale: readonly [x: number, y: number];
  readonly offset: readonly [x: number, y: number];
}

/** All that a comparison needs of a data set, in memory. */
export interface Scenes {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly categories: readonly { readonly id: number | string; readonly name: string }[];
  readonly train: readonly Scene[];
  readonly evaluation: readonly Scene[];
  readonly groundTruth: CocoGroundTruth;
  readonly notes: readonly string[];
}

/** Which part of a data set to read. */
export interface SceneOptions {
  readonly data: string;
  readonly classes?: readonly string[];
  readonly train: readonly string[];
  /** Splits to evaluate on; those that are absent are left out. */
  readonly evaluation: readonly string[];
}

const LONG_SIDE = 192;

/** Reads a COCO or VOC folder and decodes its images to at most 192 pixels, bars around them where shapes differ. */
export async function folderScenes({ data, classes, train, evaluation }: SceneOptions): Promise<Scenes> {
  const dataset = await readDataset(data, classes ? { classes } : {});
  const pick = (names: readonly string[]): DatasetImage[] =>
    names.flatMap((name) => [...(dataset.splits[name]?.images ?? [])]);
  const notes = [...dataset.notes];
  let trained = pick(train);
  let evaluated = pick(evaluation);
  if (trained.length === 0)
    throw new Error(
      `${data}: no images in split ${train.join(' + ')}; there are ${Object.keys(dataset.splits).join(', ')}`,
    );
  if (evaluated.length === 0) {
    const cut = Math.max(1, Math.floor(trained.length * 0.8));
    evaluated = trained.slice(cut);
    trained = trained.slice(0, cut);
    notes.push(`no split ${evaluation.join(' or ')}: the last fifth of ${train.join(' + ')} is evaluated`);
  }
  const { width, height } = viewSize(trained);
  const decode = async (images: readonly DatasetImage[]): Promise<Scene[]> => {
    const scenes: Scene[] = [];
    for await (const decoded of streamImages(images, { width, height, fit: 'contain' })) {
      const { image, view, pixels } = decoded;
      const placed = image.boxes.map((box) => ({ ...box, box: toView(box.box, view) }));
      const counted = placed.filter(({ crowd, ignore }) => !crowd && !ignore);
      scenes.push({
        id: image.id,
        name: image.fileName,
        pixels,
        boxes: counted.map(({ box }) => box),
        classes: counted.map(({ category }) => category),
        ignored: placed.filter(({ crowd, ignore }) => crowd || ignore).map(({ box }) => box),
        scale: [view.scaleX, view.scaleY],
        offset: [view.offsetX, view.offsetY],
      });
    }
    return scenes;
  };
  return {
    name: dataset.name,
    width,
    height,
    categories: dataset.categories,
    train: await decode(trained),
    evaluation: await decode(evaluated),
    groundTruth: toCocoGroundTruth(evaluated, dataset.categories),
    notes,
  };
}

/** Long side 192, the other by the median shape, both multiples of 16 so that every level divides evenly. */
function viewSize(images: readonly DatasetImage[]): { width: number; height: number } {
  const shapes = images.map(({ width, height }) => width / height).toSorted((a, b) => a - b);
  const aspect = shapes[shapes.length >> 1]!;
  const round = (size: number): number => Math.max(32, Math.round(size / 16) * 16);
  return aspect >= 1
    ? { width: LONG_SIDE, height: round(LONG_SIDE / aspect) }
    : { width: round(LONG_SIDE * aspect), height: LONG_SIDE };
}
