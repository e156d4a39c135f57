import { seededRandom } from '../../throughput/random-numbers.ts';
import type { Arrays } from './arrays.ts';

/** RoIs of a second stage, and what it says of them. */
export interface RoiScenes {
  readonly images: number;
  readonly roisPerImage: number;
  readonly classes: number;
}

const OBJECTS = 8;
const WIDTH = 1000;
const HEIGHT = 600;

/**
 * Images with RoIs as a proposal network gives them: a quarter crowd about objects, the rest lies anywhere. RoIs near an object are
 * positives of its class. Softmax logits know the class of most; deltas miss by a little.
 */
export function roiScenes({ images, roisPerImage, classes }: RoiScenes): Arrays {
  const random = seededRandom(11);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const n = images * roisPerImage;
  const [anchors, deltas, deltaTargets] = [0, 0, 0].map(() => new Float32Array(4 * n));
  const logits = new Float32Array(n * (classes + 1));
  const [labels, image] = [new Int32Array(n), new Int32Array(n)];
  for (let i = 0; i < n; i++) {
    const at = Math.floor(i / roisPerImage);
    const object = objectOf(at, Math.floor(random() * OBJECTS), classes);
    const near = random() < 0.25;
    anchors!.set(near ? object.box.map((x) => x + 12 * normal()) : anywhere(random), 4 * i);
    image[i] = at;
    labels[i] = near ? object.label : classes;
    for (let k = 0; k < 4; k++) {
      deltaTargets![4 * i + k] = normal();
      deltas![4 * i + k] = deltaTargets![4 * i + k]! + 0.7 * normal();
    }
    for (let c = 0; c <= classes; c++) {
      logits[i * (classes + 1) + c] = normal() + (c === labels[i] ? 4 : 0) + (c === classes ? 2 : 0);
    }
  }
  return {
    anchors: { shape: [n, 4], values: anchors! },
    deltas: { shape: [n, 4], values: deltas! },
    deltaTargets: { shape: [n, 4], values: deltaTargets! },
    logits: { shape: [n, classes + 1], values: logits },
    labels: { shape: [n], values: labels },
    image: { shape: [n], values: image },
  };
}

/** The objects of an image follow from their numbers. */
function objectOf(image: number, object: number, classes: number): { box: number[]; label: number } {
  const random = seededRandom(1 + 1000 * image + object);
  return { box: anywhere(random), label: Math.floor(random() * classes) };
}

function anywhere(random: () => number): number[] {
  const [w, h] = [30 + 250 * random(), 30 + 200 * random()];
  const [x, y] = [random() * (WIDTH - w), random() * (HEIGHT - h)];
  return [x, y, x + w, y + h];
}
