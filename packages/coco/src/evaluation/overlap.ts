/**
 * How much a detection and a ground truth overlap: intersection over union, `i / (a_d + a_g - i)`; for a crowd region
 * intersection over the detection's own area, `i / a_d`. 0 where they do not touch.
 *
 * @param detections - [4n] x, y, width, height
 * @param d - offset of the detection's x
 * @param groundTruth - [4m] x, y, width, height
 * @param g - offset of the ground truth's x
 * @param pixel - 1 to take coordinates as those of the last pixel inside, so that a side is one longer (old VOC code)
 */
export function overlap(
  detections: Float64Array,
  d: number,
  groundTruth: Float64Array,
  g: number,
  crowd: boolean,
  pixel: 0 | 1,
): number {
  const dx = detections[d]!;
  const dy = detections[d + 1]!;
  const dw = detections[d + 2]!;
  const dh = detections[d + 3]!;
  const gx = groundTruth[g]!;
  const gy = groundTruth[g + 1]!;
  const gw = groundTruth[g + 2]!;
  const gh = groundTruth[g + 3]!;
  const width = Math.min(dx + dw, gx + gw) - Math.max(dx, gx) + pixel;
  if (width <= 0) return 0;
  const height = Math.min(dy + dh, gy + gh) - Math.max(dy, gy) + pixel;
  if (height <= 0) return 0;
  const shared = width * height;
  const area = (dw + pixel) * (dh + pixel);
  return shared / (crowd ? area : area + (gw + pixel) * (gh + pixel) - shared);
}
