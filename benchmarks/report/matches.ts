import type { Box, ExampleImage } from '../training/result.ts';

type Detection = ExampleImage['detections'][number];

/** A detection and whether it meets an object of its class that no better one has met. */
export interface Judged {
  readonly detection: Detection;
  readonly right: boolean;
}

/**
 * As many detections as the image has objects, those of the highest score, judged at IoU .5. A fixed score would favour
 * strategies that give high scores; this number treats all alike.
 */
export function bestDetections({ detections, groundTruth }: ExampleImage): {
  readonly judged: readonly Judged[];
  readonly missed: ExampleImage['groundTruth'];
} {
  const best = detections.toSorted((a, b) => b.score - a.score).slice(0, groundTruth.length);
  const missed = new Set(groundTruth);
  const judged = best.map((detection) => {
    const [object] = [...missed]
      .filter(({ category, box }) => category === detection.category && iou(box, detection.box) >= 0.5)
      .toSorted((a, b) => iou(b.box, detection.box) - iou(a.box, detection.box));
    return { detection, right: object !== undefined && missed.delete(object) };
  });
  return { judged, missed: [...missed] };
}

/** How many objects of the image are found among its best detections. */
export function found(example: ExampleImage): number {
  return example.groundTruth.length - bestDetections(example).missed.length;
}

function iou(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const overlap = Math.max(0, width) * Math.max(0, height);
  const union = area(a) + area(b) - overlap;
  return union > 0 ? overlap / union : 0;
}

function area([x1, y1, x2, y2]: Box): number {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
}
