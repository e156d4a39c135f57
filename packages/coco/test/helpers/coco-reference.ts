import type { CocoDetection, CocoGroundTruth } from '../../src/index.ts';

type Box = readonly number[];

/**
 * AP and recall of one category and area range at one IoU threshold, written as plainly as can be: sort, match image by image,
 * then look at every prefix of the detections.
 */
export function referenceCurve(
  truth: CocoGroundTruth,
  detections: readonly CocoDetection[],
  {
    category,
    iou,
    area: [least, most],
    limit,
  }: { category: number; iou: number; area: readonly [number, number]; limit: number },
): { ap: number; recall: number } {
  const inRange = (area: number): boolean => area >= least && area <= most;
  const outcomes: { score: number; right: boolean; ignored: boolean }[] = [];
  let count = 0;
  for (const image of truth.images.toSorted((a, b) => Number(a.id) - Number(b.id))) {
    const objects = truth.annotations
      .filter((a) => a.image_id === image.id && a.category_id === category)
      .map((a) => ({
        box: Array.from(a.bbox),
        crowd: a.iscrowd === 1,
        ignored: a.iscrowd === 1 || a.ignore === 1 || !inRange(a.area!),
        taken: false,
      }));
    const sorted = [...objects.filter((o) => !o.ignored), ...objects.filter((o) => o.ignored)];
    count += objects.filter((o) => !o.ignored).length;
    const found = detections
      .filter((d) => d.image_id === image.id && d.category_id === category)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, limit);
    for (const detection of found) {
      const box = Array.from(detection.bbox);
      const able = sorted.filter((o) => (!o.taken || o.crowd) && overlapOf(box, o.box, o.crowd) >= iou);
      const pool = able.some((o) => !o.ignored) ? able.filter((o) => !o.ignored) : able;
      const best = Math.max(...pool.map((o) => overlapOf(box, o.box, o.crowd)));
      const match = pool.findLast((o) => overlapOf(box, o.box, o.crowd) === best);
      if (match) match.taken = true;
      const ignored = match ? match.ignored : !inRange(box[2]! * box[3]!);
      outcomes.push({ score: detection.score, right: match !== undefined, ignored });
    }
  }
  if (count === 0) return { ap: -1, recall: -1 };
  const ranked = outcomes.toSorted((a, b) => b.score - a.score).filter((o) => !o.ignored);
  const points = ranked.map((_, i) => {
    const right = ranked.slice(0, i + 1).filter((o) => o.right).length;
    return { recall: right / count, precision: right / (i + 1) };
  });
  let sum = 0;
  for (let r = 0; r <= 100; r += 1) {
    const reached = points.filter((point) => point.recall >= r * 0.01);
    sum += Math.max(0, ...reached.map((point) => point.precision));
  }
  return { ap: sum / 101, recall: points.at(-1)?.recall ?? 0 };
}

function overlapOf(a: Box, b: Box, crowd: boolean): number {
  const w = Math.min(a[0]! + a[2]!, b[0]! + b[2]!) - Math.max(a[0]!, b[0]!);
  const h = Math.min(a[1]! + a[3]!, b[1]! + b[3]!) - Math.max(a[1]!, b[1]!);
  if (w <= 0 || h <= 0) return 0;
  return (w * h) / (crowd ? a[2]! * a[3]! : a[2]! * a[3]! + b[2]! * b[3]! - w * h);
}
