import { exp, expOfTwo } from './exp';
import { setF32 } from './memory';

// Rows of boxes x1 y1 x2 y2 in float32, rounded at each step in the order of the typed-array code.

// Boxes from anchors and deltas. `stds` and `means` are of dx dy dw dh.
export function decodeDeltas(
  anchors: usize,
  deltas: usize,
  count: i32,
  stds: usize,
  means: usize,
  mostMove: f32,
  leastGrowth: f32,
  mostGrowth: f32,
  boxes: usize,
): void {
  for (let i = 0; i < count; i++) {
    const at = (<usize>i) << 4;
    if (ASC_FEATURE_SIMD) {
      const raw = f32x4.add(f32x4.mul(v128.load(deltas + at), v128.load(stds)), v128.load(means));
      decodeBoth(v128.load(anchors + at), raw, mostMove, leastGrowth, mostGrowth, boxes + at);
      continue;
    }
    for (let axis: usize = 0; axis < 8; axis += 4) {
      const low = load<f32>(anchors + at + axis);
      const high = load<f32>(anchors + at + axis, 8);
      const size = high - low;
      const shift = load<f32>(deltas + at + axis) * load<f32>(stds + axis) + load<f32>(means + axis);
      const growth =
        load<f32>(deltas + at + axis, 8) * load<f32>(stds + axis, 8) + load<f32>(means + axis, 8);
      const centre: f32 = (low + high) * 0.5 + max(-mostMove, min(shift * size, mostMove));
      const half: f32 = size * <f32>exp(<f64>max(leastGrowth, min(growth, mostGrowth))) * 0.5;
      store<f32>(boxes + at + axis, centre - half);
      store<f32>(boxes + at + axis, centre + half, 8);
    }
  }
}

// x and y side by side in the lower half of vectors.
function decodeBoth(
  anchor: v128,
  raw: v128,
  mostMove: f32,
  leastGrowth: f32,
  mostGrowth: f32,
  box: usize,
): void {
  const high = upper(anchor);
  const size = f32x4.sub(high, anchor);
  const middle = f32x4.mul(f32x4.add(anchor, high), f32x4.splat(0.5));
  const move = f32x4.min(f32x4.mul(raw, size), f32x4.splat(mostMove));
  const centre = f32x4.add(middle, f32x4.max(f32x4.splat(-mostMove), move));
  const growth = f32x4.max(f32x4.splat(leastGrowth), f32x4.min(upper(raw), f32x4.splat(mostGrowth)));
  // In double precision two numbers take the place of a box.
  v128.store(box, f64x2.promote_low_f32x4(growth));
  expOfTwo(box);
  const scale = f32x4.demote_f64x2_zero(v128.load(box));
  const half = f32x4.mul(f32x4.mul(size, scale), f32x4.splat(0.5));
  v128.store(box, v128.shuffle<i64>(f32x4.sub(centre, half), f32x4.add(centre, half), 0, 2));
}

function upper(x: v128): v128 {
  return v128.shuffle<i64>(x, x, 1, 0);
}

// The IoU of each box with the other in its row.
export function alignedIou(boxes: usize, others: usize, count: i32, least: f32, overlaps: usize): void {
  for (let i = 0; i < count; i++) {
    const a = boxes + ((<usize>i) << 4);
    const b = others + ((<usize>i) << 4);
    const width = min(load<f32>(a, 8), load<f32>(b, 8)) - max(load<f32>(a), load<f32>(b));
    const height = min(load<f32>(a, 12), load<f32>(b, 12)) - max(load<f32>(a, 4), load<f32>(b, 4));
    const inter = max<f32>(width, 0) * max<f32>(height, 0);
    setF32(overlaps, i, inter / max(areaOf(a) + areaOf(b) - inter, least));
  }
}

function areaOf(box: usize): f32 {
  return (load<f32>(box, 8) - load<f32>(box)) * (load<f32>(box, 12) - load<f32>(box, 4));
}
