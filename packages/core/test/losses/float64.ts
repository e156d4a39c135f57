/** The formulas of the box losses in double precision, without guards, as the papers give them: for boxes of positive size. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

const { abs, atan, exp, log, max, min, PI } = Math;

interface Geometry {
  readonly iou: number;
  readonly union: number;
  readonly enclosed: readonly [width: number, height: number];
  readonly way: readonly [x: number, y: number];
  readonly own: readonly [width: number, height: number];
  readonly other: readonly [width: number, height: number];
}

function geometryOf(a: Box, b: Box): Geometry {
  const inter = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]));
  const own = [a[2] - a[0], a[3] - a[1]] as const;
  const other = [b[2] - b[0], b[3] - b[1]] as const;
  const union = own[0] * own[1] + other[0] * other[1] - inter;
  return {
    iou: inter / union,
    union,
    enclosed: [max(a[2], b[2]) - min(a[0], b[0]), max(a[3], b[3]) - min(a[1], b[1])],
    way: [(b[0] + b[2] - a[0] - a[2]) / 2, (b[1] + b[3] - a[1] - a[3]) / 2],
    own,
    other,
  };
}

const huber = (e: number, s: number): number => (e < s ? (e * e) / (2 * s) : e - s / 2);
const diou = ({ iou, way, enclosed }: Geometry): number =>
  iou - (way[0] ** 2 + way[1] ** 2) / (enclosed[0] ** 2 + enclosed[1] ** 2);
const aspect = ({ own, other }: Geometry): number =>
  (4 / PI ** 2) * (atan(other[0] / other[1]) - atan(own[0] / own[1])) ** 2;

/** CIoU with the α of `at`, which the gradient takes for a constant. */
export function ciouAt(a: Box, b: Box, at: Box): number {
  const fixed = geometryOf(at, b);
  const v = aspect(fixed);
  const alpha = v === 0 ? 0 : v / (1 - fixed.iou + v);
  const now = geometryOf(a, b);
  return 1 - diou(now) + alpha * aspect(now);
}

/** By the name of the loss: the loss of box a where box b is true. */
export const FLOAT64: Readonly<Record<string, (a: Box, b: Box) => number>> = {
  'iou-log': (a, b) => -log(max(geometryOf(a, b).iou, 1e-6)),
  'iou-linear': (a, b) => 1 - max(geometryOf(a, b).iou, 1e-6),
  'iou-square': (a, b) => 1 - max(geometryOf(a, b).iou, 1e-6) ** 2,
  giou(a, b) {
    const { iou, union, enclosed } = geometryOf(a, b);
    const area = enclosed[0] * enclosed[1];
    return 1 - iou + (area - union) / area;
  },
  diou: (a, b) => 1 - diou(geometryOf(a, b)),
  siou(a, b) {
    const { iou, way, enclosed, own, other } = geometryOf(a, b);
    const [sx, sy] = way;
    const angle = sx === 0 && sy === 0 ? 1 : (2 * abs(sx * sy)) / (sx ** 2 + sy ** 2);
    const distance = [0, 1].map((i) => 1 - exp((angle - 2) * (way[i]! / enclosed[i]!) ** 2));
    const shape = [0, 1].map((i) => (1 - exp(-abs(own[i]! - other[i]!) / max(own[i]!, other[i]!))) ** 4);
    return 1 - iou + (distance[0]! + distance[1]! + shape[0]! + shape[1]!) / 2;
  },
  eiou(a, b) {
    // Between boxes that are apart lies a negative intersection.
    const gap = [0, 1].map((i) => min(a[i + 2]!, b[i + 2]!) - max(a[i]!, b[i]!));
    const [gx, gy] = gap as [number, number];
    const { own, other } = geometryOf(a, b);
    const from = [0, 1].map((i) => min(a[i]!, b[i]!));
    const [rx, ry] = [max(a[0], b[0]) - from[0]!, max(a[1], b[1]) - from[1]!];
    const [ex, ey] = [rx + gx, ry + gy];
    const inter = ex * ey + min(rx, ex) * min(ry, ey) - rx * max(ry, ey) - max(rx, ex) * ry;
    return huber(1 - inter / (own[0] * own[1] + other[0] * other[1] - inter), 0.1);
  },
  'bounded-iou'(a, b) {
    const { way, own, other } = geometryOf(a, b);
    const eps = 1e-3;
    return [0, 1]
      .flatMap((i) => {
        const twice = 2 * abs(way[i]!);
        return [
          1 - max((other[i]! - twice) / (other[i]! + twice + eps), 0),
          1 - min(other[i]! / (own[i]! + eps), own[i]! / (other[i]! + eps)),
        ];
      })
      .reduce((sum, term) => sum + huber(term, 0.2), 0);
  },
};
