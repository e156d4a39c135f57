/** The images that inputs stand for: 192 × 144 pixels. */
export const SIZE = { width: 192, height: 144 };

const LEVELS = [
  { stride: 4, base: 12 },
  { stride: 8, base: 24 },
  { stride: 16, base: 48 },
];
const SCALES = [0, 1, 2].map((octave) => 2 ** (octave / 3));

/** [6804, 4] the anchors of one image: three squares in each cell of strides 4, 8 and 16, level by level, row by row. */
export function gridAnchors(): Float32Array {
  const anchors: number[] = [];
  for (const { stride, base } of LEVELS) {
    for (let y = stride / 2; y < SIZE.height; y += stride) {
      for (let x = stride / 2; x < SIZE.width; x += stride) {
        for (const scale of SCALES) {
          const half = (base * scale) / 2;
          anchors.push(x - half, y - half, x + half, y + half);
        }
      }
    }
  }
  return Float32Array.from(anchors);
}

/** IoU of the boxes at places i of `a` and j of `b`, both x1 y1 x2 y2. */
export function overlap(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number {
  const width = Math.min(a[4 * i + 2]!, b[4 * j + 2]!) - Math.max(a[4 * i]!, b[4 * j]!);
  const height = Math.min(a[4 * i + 3]!, b[4 * j + 3]!) - Math.max(a[4 * i + 1]!, b[4 * j + 1]!);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a, i) + area(b, j) - shared);
}

function area(boxes: ArrayLike<number>, i: number): number {
  return (boxes[4 * i + 2]! - boxes[4 * i]!) * (boxes[4 * i + 3]! - boxes[4 * i + 1]!);
}
