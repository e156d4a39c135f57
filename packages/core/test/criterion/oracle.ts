/** The formulas of the criterion in double precision, on plain numbers, written apart from the code under test. */

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** −ln p of each entry of one sample. */
export function sigmoidEntries(logits: readonly number[], label: number): number[] {
  return logits.map((z, c) => softplus(c === label ? -z : z));
}

/** −ln p of the label. */
export function softmaxEntries(logits: readonly number[], label: number): number[] {
  const highest = Math.max(...logits);
  return [highest + Math.log(sum(logits.map((z) => Math.exp(z - highest)))) - (logits[label] ?? 0)];
}

/** The error of one coordinate to its loss. */
export const COORDINATE_LOSSES = {
  smoothL1: (d: number, beta = 1 / 9): number =>
    Math.abs(d) < beta ? (d * d) / (2 * beta) : Math.abs(d) - beta / 2,
  l1: Math.abs,
  balancedL1: (d: number, alpha = 0.5, gamma = 1.5): number => {
    const b = Math.exp(gamma / alpha) - 1;
    const x = Math.abs(d);
    if (x >= 1) return gamma * x + gamma / b - alpha;
    return (alpha / b) * (b * x + 1) * Math.log(b * x + 1) - alpha * x;
  },
} as const;

type Box = readonly number[];

/** Deltas with standard deviations .1 .1 .2 .2 to x1 y1 x2 y2. */
export function decode([x1, y1, x2, y2]: Box, [dx, dy, dw, dh]: Box): Box {
  const [w, h] = [x2! - x1!, y2! - y1!];
  const [x, y] = [(x1! + x2!) / 2 + 0.1 * dx! * w, (y1! + y2!) / 2 + 0.1 * dy! * h];
  const [halfW, halfH] = [(w * Math.exp(0.2 * dw!)) / 2, (h * Math.exp(0.2 * dh!)) / 2];
  return [x - halfW, y - halfH, x + halfW, y + halfH];
}

/** 1 − GIoU. */
export function giou(a: Box, b: Box): number {
  const area = (box: Box): number => Math.max(0, box[2]! - box[0]!) * Math.max(0, box[3]! - box[1]!);
  const inter = area([
    Math.max(a[0]!, b[0]!),
    Math.max(a[1]!, b[1]!),
    Math.min(a[2]!, b[2]!),
    Math.min(a[3]!, b[3]!),
  ]);
  const hull = area([
    Math.min(a[0]!, b[0]!),
    Math.min(a[1]!, b[1]!),
    Math.max(a[2]!, b[2]!),
    Math.max(a[3]!, b[3]!),
  ]);
  const union = area(a) + area(b) - inter;
  return 1 - (inter / union - (hull - union) / hull);
}
