/** The assigners as the papers tell them, over whole matrices, in double precision: for inputs in general position. */
export type Rows = readonly (readonly number[])[];

const { exp, log, max, min, sqrt } = Math;

export interface Scene {
  readonly anchors: Rows;
  readonly predicted: Rows;
  readonly scores: Rows;
  readonly boxes: Rows;
  readonly classes: readonly number[];
}

function iou(a: readonly number[], b: readonly number[]): number {
  const inter = max(0, min(a[2]!, b[2]!) - max(a[0]!, b[0]!)) * max(0, min(a[3]!, b[3]!) - max(a[1]!, b[1]!));
  const area = (c: readonly number[]): number => (c[2]! - c[0]!) * (c[3]! - c[1]!);
  return inter / (area(a) + area(b) - inter);
}

const centre = (a: readonly number[]): [number, number] => [(a[0]! + a[2]!) / 2, (a[1]! + a[3]!) / 2];

function depth(a: readonly number[], box: readonly number[]): number {
  const [x, y] = centre(a);
  return min(x - box[0]!, y - box[1]!, box[2]! - x, box[3]! - y);
}

/** The places of the k smallest values, equal ones by place. */
function smallest(values: readonly number[], k: number): number[] {
  return values
    .map((_, i) => i)
    .toSorted((a, b) => values[a]! - values[b]! || a - b)
    .slice(0, k);
}

/** For each anchor the claim of largest value, ties to the lower ground truth; -1 none. */
function resolve(
  count: number,
  claims: readonly (readonly [anchor: number, truth: number, value: number])[],
): number[] {
  const best = Array.from({ length: count }, () => [-1, -Infinity] as [number, number]);
  for (const [anchor, truth, value] of claims) if (value > best[anchor]![1]) best[anchor] = [truth, value];
  return best.map(([truth]) => truth);
}

/** The ground truth of each anchor, -1 none. */
export function atss({ anchors, boxes }: Scene, levelSizes: readonly number[], topK: number): number[] {
  const claims = boxes.flatMap((box, k) => {
    let start = 0;
    const candidates = levelSizes.flatMap((size) => {
      const distances = anchors.slice(start, start + size).map((anchor) => {
        const [[x, y], [u, v]] = [centre(anchor), centre(box)];
        return Math.fround(sqrt((x - u) ** 2 + (y - v) ** 2));
      });
      const nearest = smallest(distances, topK).map((i) => i + start);
      start += size;
      return nearest;
    });
    const ious = candidates.map((i) => iou(anchors[i]!, box));
    const mean = ious.reduce((sum, x) => sum + x, 0) / ious.length;
    const deviation = sqrt(ious.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (ious.length - 1));
    return candidates
      .filter((i, at) => ious[at]! >= mean + deviation && depth(anchors[i]!, box) > 0.01)
      .map((i) => [i, k, iou(anchors[i]!, box)] as const);
  });
  return resolve(anchors.length, claims);
}

/** The ground truth of each anchor, -1 none. */
export function taskAligned(scene: Scene, topK: number, alpha: number, beta: number): number[] {
  const { anchors, predicted, scores, boxes, classes } = scene;
  const claims = boxes.flatMap((box, k) => {
    const alignment = predicted.map((own, i) => scores[i]![classes[k]!]! ** alpha * iou(own, box) ** beta);
    return smallest(
      alignment.map((t) => -t),
      topK,
    )
      .filter((i) => alignment[i]! > 0 && depth(anchors[i]!, box) > 0.01)
      .map((i) => [i, k, iou(predicted[i]!, box)] as const);
  });
  return resolve(anchors.length, claims);
}

/** The ground truth of each anchor, -1 none. Costs are exact, so there must be no two that float32 does not tell apart. */
export function simOta(
  { anchors, predicted, scores, boxes, classes }: Scene,
  radius: number,
  topK: number,
): number[] {
  const nearCentre = (a: readonly number[], box: readonly number[]): boolean => {
    const [[x, y], [u, v]] = [centre(a), centre(box)];
    return Math.abs(x - u) < radius * (a[2]! - a[0]!) && Math.abs(y - v) < radius * (a[3]! - a[1]!);
  };
  const candidates = anchors
    .map((_, i) => i)
    .filter((i) => boxes.some((box) => depth(anchors[i]!, box) > 0 || nearCentre(anchors[i]!, box)));
  const cost = (i: number, k: number): number => {
    const entropy = scores[i]!.reduce((sum, p, c) => sum - log(c === classes[k] ? p : 1 - p), 0);
    const both = depth(anchors[i]!, boxes[k]!) > 0 && nearCentre(anchors[i]!, boxes[k]!);
    return entropy - 3 * log(iou(predicted[i]!, boxes[k]!) + 1e-7) + (both ? 0 : 1e5);
  };
  const claimed = new Map<number, number[]>();
  for (const [k, box] of boxes.entries()) {
    const largest = candidates.map((i) => iou(predicted[i]!, box)).toSorted((a, b) => b - a);
    const count = max(1, Math.floor(largest.slice(0, topK).reduce((sum, x) => sum + x, 0)));
    const order = smallest(
      candidates.map((i) => cost(i, k)),
      count,
    );
    for (const at of order) claimed.set(candidates[at]!, [...(claimed.get(candidates[at]!) ?? []), k]);
  }
  return anchors.map((_, i) => {
    const takers = claimed.get(i) ?? [];
    if (takers.length < 2) return takers[0] ?? -1;
    return boxes.map((__, k) => k).reduce((best, k) => (cost(i, k) < cost(i, best) ? k : best), 0);
  });
}

/** Cells of a grid and predictions near them, in general position. */
export function randomScene(next: () => number, columns: number, truths: number, classCount: number): Scene {
  const cell = 8;
  const anchors = Array.from({ length: columns * columns }, (_, i) => {
    const [x, y] = [cell * (i % columns), cell * Math.floor(i / columns)];
    return [x, y, x + cell, y + cell];
  });
  const side = columns * cell;
  const boxes = Array.from({ length: truths }, () => {
    const [x, y] = [next() * side * 0.7, next() * side * 0.7];
    return [x, y, x + 6 + next() * side * 0.4, y + 6 + next() * side * 0.4];
  });
  // Half of the predictions are near a ground truth, so that IoUs are high and several claim the same.
  const predicted = anchors.map((anchor, i) => {
    const from = i % 2 === 0 && truths > 0 ? boxes[i % truths]! : anchor;
    return [-3, -3, 3, 3].map((by, c) => from[c]! + by * (0.3 + next()));
  });
  return {
    anchors,
    boxes,
    predicted,
    scores: anchors.map(() => Array.from({ length: classCount }, () => 1 / (1 + exp(3 - 6 * next())))),
    classes: Array.from({ length: truths }, () => Math.floor(next() * classCount)),
  };
}
