// PISA in double precision on plain numbers, as simple as it can be.
import type { Task } from '@equipoise/core';
import type { Batch } from './batches.ts';
import { isPositive } from './batches.ts';

/** The hierarchical local rank: local ranks by score in groups of equal (outer, inner), then a sort by key in each outer group. */
export function hierarchicalRanks(
  scores: ArrayLike<number>,
  inner: ArrayLike<number>,
  outer: ArrayLike<number>,
  eligible: ArrayLike<number>,
  key: 'exact' | 'largest' | 'own',
): number[] {
  const members = Array.from(scores, (_, i) => i).filter((i) => eligible[i]! > 0);
  const local = (i: number): number =>
    members.filter(
      (j) =>
        inner[j] === inner[i] &&
        outer[j] === outer[i] &&
        (scores[j]! > scores[i]! || (scores[j] === scores[i] && j < i)),
    ).length;
  const sizeOf = (group: number): number => members.filter((i) => outer[i] === group).length;
  const largest = Math.max(0, ...members.map((i) => sizeOf(outer[i]!)));
  const keyed = new Map(
    members.map((i) => {
      const size = key === 'largest' ? largest : sizeOf(outer[i]!);
      return [i, { local: local(i), rounded: Math.fround(scores[i]! + (size - local(i))) }];
    }),
  );
  const before = (a: number, b: number): boolean => {
    const [x, y] = [keyed.get(a)!, keyed.get(b)!];
    if (key !== 'exact') return x.rounded > y.rounded || (x.rounded === y.rounded && a < b);
    if (x.local !== y.local) return x.local < y.local;
    return scores[a]! > scores[b]! || (scores[a] === scores[b] && a < b);
  };
  const ranks = Array.from(scores, () => -1);
  for (const i of members) ranks[i] = members.filter((j) => outer[j] === outer[i] && before(j, i)).length;
  return ranks;
}

type Box = readonly [number, number, number, number];

/** Deltas with standard deviations .1 .1 .2 .2, decoded. */
export function decode(anchor: readonly number[], delta: readonly number[]): Box {
  const [x1, y1, x2, y2] = anchor as Box;
  const [dx, dy, dw, dh] = delta as Box;
  const [w, h] = [x2 - x1, y2 - y1];
  const [cx, cy] = [(x1 + x2) / 2 + 0.1 * dx * w, (y1 + y2) / 2 + 0.1 * dy * h];
  const [hw, hh] = [(w * Math.exp(0.2 * dw)) / 2, (h * Math.exp(0.2 * dh)) / 2];
  return [cx - hw, cy - hh, cx + hw, cy + hh];
}

/** IoU, and generalised IoU. */
export function overlap(a: Box, b: Box): { iou: number; giou: number } {
  const area = ([x1, y1, x2, y2]: Box): number => Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
  const inter = area([
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ]);
  const union = area(a) + area(b) - inter;
  const whole = area([
    Math.min(a[0], b[0]),
    Math.min(a[1], b[1]),
    Math.max(a[2], b[2]),
    Math.max(a[3], b[3]),
  ]);
  return { iou: inter / union, giou: inter / union - (whole - union) / whole };
}

/** The probabilities of each class (and background) of a row. */
export function probabilitiesOf(row: readonly number[], activation: Task['activation']): number[] {
  if (activation === 'sigmoid') return row.map((z) => 1 / (1 + Math.exp(-z)));
  const most = Math.max(...row);
  const whole = row.reduce((sum, z) => sum + Math.exp(z - most), 0);
  return row.map((z) => Math.exp(z - most) / whole);
}

/** The cross-entropy of a row, summed over classes. */
export function crossEntropyOf(
  row: readonly number[],
  label: number,
  activation: Task['activation'],
): number {
  const p = probabilitiesOf(row, activation);
  if (activation === 'softmax') return -Math.log(p[label]!);
  return p.reduce((sum, q, c) => sum - Math.log(c === label ? q : 1 - q), 0);
}

/** The box loss of row i: smooth L1 with β = 1, or 1 − GIoU. */
export function boxLossOf(batch: Batch, i: number, kind: 'smooth-l1' | 'giou'): number {
  if (kind === 'giou') {
    const predicted = decode(batch.anchors[i]!, batch.deltas[i]!);
    return 1 - overlap(predicted, decode(batch.anchors[i]!, batch.deltaTargets[i]!)).giou;
  }
  return batch.deltas[i]!.reduce((sum, delta, c) => {
    const error = Math.abs(delta - batch.deltaTargets[i]![c]!);
    return sum + (error < 1 ? error ** 2 / 2 : error - 0.5);
  }, 0);
}

/** v = (b + (1 − b) p)ᵏ of each positive. */
export function carlV(
  batch: Batch,
  activation: Task['activation'],
  k: number,
  bias: number,
): Map<number, number> {
  const positives = batch.labels.map((_, i) => i).filter((i) => isPositive(batch, i));
  return new Map(
    positives.map((i) => {
      const p = probabilitiesOf(batch.logits[i]!, activation)[batch.labels[i]!]!;
      return [i, (bias + (1 - bias) * p) ** k];
    }),
  );
}

/** Σ a (added + c) ℓ / positives, with c = v Σ a / Σ a v. */
export function carlLoss(
  batch: Batch,
  v: ReadonlyMap<number, number>,
  box: 'smooth-l1' | 'giou',
  added: boolean,
): number {
  const a = (i: number): number => batch.weights[i]!;
  const total = [...v.keys()].reduce((sum, i) => sum + a(i), 0);
  const weighted = [...v].reduce((sum, [i, value]) => sum + a(i) * value, 0);
  return (
    [...v].reduce(
      (sum, [i, value]) =>
        sum + a(i) * ((added ? 1 : 0) + (value * total) / weighted) * boxLossOf(batch, i, box),
      0,
    ) / Math.max(1, v.size)
  );
}
