const { fround, max, min } = Math;

/** The coordinates of boxes side by side, each in an array of its own, for tight loops; areas in float32. */
export interface BoxColumns {
  readonly count: number;
  readonly x1: Float32Array;
  readonly y1: Float32Array;
  readonly x2: Float32Array;
  readonly y2: Float32Array;
  readonly area: Float32Array;
}

/** Splits x1 y1 x2 y2 rows into columns. */
export function boxColumns(boxes: Float32Array): BoxColumns {
  const count = boxes.length / 4;
  const column = (): Float32Array => new Float32Array(count);
  const [x1, y1, x2, y2, area] = [column(), column(), column(), column(), column()];
  for (let i = 0, at = 0; i < count; i += 1, at += 4) {
    x1[i] = boxes[at]!;
    y1[i] = boxes[at + 1]!;
    x2[i] = boxes[at + 2]!;
    y2[i] = boxes[at + 3]!;
    area[i] = fround(x2[i]! - x1[i]!) * fround(y2[i]! - y1[i]!);
  }
  return { count, x1, y1, x2, y2, area };
}

/** The intersection of box i of a with box j of b in float32; 0 when they do not overlap. */
export function intersection(a: BoxColumns, i: number, b: BoxColumns, j: number): number {
  const width = fround(min(a.x2[i]!, b.x2[j]!) - max(a.x1[i]!, b.x1[j]!));
  if (!(width > 0)) return 0;
  const height = fround(min(a.y2[i]!, b.y2[j]!) - max(a.y1[i]!, b.y1[j]!));
  return height > 0 ? fround(width * height) : 0;
}

/**
 * Writes the IoU of box j of `b` with every box of `a`: inter / max((areaA + areaB) - inter, 1e-6) in float32, the order of mmdet's
 * `bbox_overlaps`.
 */
export function iouWithAll(a: BoxColumns, b: BoxColumns, j: number, result: Float32Array): void {
  const { x1, y1, x2, y2, area, count } = a;
  const [left, top, right, bottom, own] = [b.x1[j]!, b.y1[j]!, b.x2[j]!, b.y2[j]!, b.area[j]!];
  const smallest = fround(1e-6);
  for (let i = 0; i < count; i += 1) {
    if (x1[i]! >= right || x2[i]! <= left || y1[i]! >= bottom || y2[i]! <= top) {
      result[i] = 0;
      continue;
    }
    const width = fround(min(x2[i]!, right) - max(x1[i]!, left));
    const height = fround(min(y2[i]!, bottom) - max(y1[i]!, top));
    const inter = width > 0 && height > 0 ? fround(width * height) : 0;
    result[i] = inter / max(fround(fround(own + area[i]!) - inter), smallest);
  }
}
