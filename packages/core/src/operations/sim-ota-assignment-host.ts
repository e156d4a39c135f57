import type { Tensor1D } from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import type { BoxColumns } from './box-columns.ts';
import { boxColumns } from './box-columns.ts';
import { centresOf, depthIn, iouOf } from './candidate-geometry.ts';
import { codesOfClaims } from './codes-of-claims.ts';
import { LEAST_LOG } from './least-log.ts';
import type { SimOtaAssignmentAttributes, SimOtaAssignmentInputs } from './sim-ota-assignment.ts';
import { SmallestFew } from './smallest-few.ts';
import { smallestAsTorch } from './torch-top-k.ts';

const { fround, log, log1p, max, trunc } = Math;

/** SimOTA on typed arrays, a ground truth at a time. */
export function simOtaAssignmentOnHost(
  inputs: SimOtaAssignmentInputs,
  attributes: SimOtaAssignmentAttributes,
): [Tensor1D, Tensor1D] {
  const costs = new Costs(inputs, attributes);
  const { candidates, predicted, boxes, count } = costs;
  const groundTruth = new Int32Array(count).fill(-1);
  const claims = new Uint32Array(count);
  const largest = new SmallestFew(attributes.candidateTopK);
  const row = new Float32Array(candidates.length);
  for (const k of costs.groundTruths) {
    largest.clear();
    for (const [at, i] of candidates.entries()) {
      largest.offer(-iouOf(predicted, i, boxes, k), i);
      row[at] = costs.of(i, k);
    }
    let sum = 0;
    for (let at = 0; at < largest.count; at += 1) sum = fround(sum - largest.values[at]!);
    for (const at of lowest(row, Math.min(max(trunc(sum), 1), row.length), attributes.torchTies)) {
      const i = candidates[at]!;
      claims[i]! += 1;
      groundTruth[i] = k;
    }
  }
  const overlap = new Float32Array(count).fill(-1);
  for (const i of candidates) {
    if (claims[i]! > 1) groundTruth[i] = costs.cheapestFor(i);
    if (claims[i]! > 0) overlap[i] = iouOf(predicted, i, boxes, groundTruth[i]!);
  }
  return [codesOfClaims(groundTruth, inputs.eligible.dataSync() as Float32Array), tensor1d(overlap)];
}

/** The places of the k lowest values. */
function lowest(values: Float32Array, k: number, torchTies: boolean): Int32Array {
  if (torchTies) return smallestAsTorch(values, k);
  const few = new SmallestFew(k);
  for (const [at, value] of values.entries()) few.offer(value, at);
  return few.indices.subarray(0, few.count);
}

/** What an anchor costs each ground truth. */
class Costs {
  readonly count: number;
  readonly boxes: BoxColumns;
  readonly predicted: BoxColumns;
  /** The ground truths that take part. */
  readonly groundTruths: readonly number[];
  /** The anchors that may be taken, ascending. */
  readonly candidates: readonly number[];
  readonly #anchors: BoxColumns;
  readonly #points: { readonly x: Float32Array; readonly y: Float32Array };
  readonly #centres: { readonly x: Float32Array; readonly y: Float32Array };
  readonly #scores: ArrayLike<number>;
  readonly #classes: ArrayLike<number>;
  readonly #columns: number;
  /** [n] the cross-entropy of an anchor if it were of no class. */
  readonly #ofNoClass: Float64Array;
  readonly #attributes: SimOtaAssignmentAttributes;

  constructor(inputs: SimOtaAssignmentInputs, attributes: SimOtaAssignmentAttributes) {
    this.#attributes = attributes;
    this.#anchors = boxColumns(inputs.anchors.dataSync() as Float32Array);
    this.predicted = boxColumns(inputs.predicted.dataSync() as Float32Array);
    this.boxes = boxColumns(inputs.boxes.dataSync() as Float32Array);
    this.count = this.#anchors.count;
    this.#points = centresOf(this.#anchors);
    this.#centres = centresOf(this.boxes);
    this.#scores = inputs.scores.dataSync();
    this.#classes = inputs.classes.dataSync();
    this.#columns = inputs.scores.shape[1];
    const { x1, y1, x2, y2 } = this.boxes;
    this.groundTruths = Array.from({ length: this.boxes.count }, (_, k) => k).filter(
      (k) => !attributes.skipEmpty || (x2[k]! > x1[k]! && y2[k]! > y1[k]!),
    );
    const eligible = inputs.eligible.dataSync();
    this.candidates = Array.from({ length: this.count }, (_, i) => i).filter(
      (i) => eligible[i]! > 0 && this.groundTruths.some((k) => this.#inBox(i, k) || this.#nearCentre(i, k)),
    );
    this.#ofNoClass = new Float64Array(this.count);
    for (const i of this.candidates) {
      for (let c = 0; c < this.#columns; c += 1) this.#ofNoClass[i]! += this.#againstClass(i, c);
    }
  }

  of(i: number, k: number): number {
    const { iouWeight, classWeight, epsilon, penalty } = this.#attributes;
    const c = this.#classes[k]!;
    const score = this.#scores[i * this.#columns + c]!;
    const entropy = fround(
      this.#ofNoClass[i]! - this.#againstClass(i, c) - fround(max(log(score), LEAST_LOG)),
    );
    const distance = fround(-log(fround(iouOf(this.predicted, i, this.boxes, k) + fround(epsilon))));
    const cost = fround(fround(entropy * fround(classWeight)) + fround(distance * fround(iouWeight)));
    return this.#wanted(i, k) ? cost : fround(cost + penalty);
  }

  /** The ground truth that the anchor costs least, of all that take part. */
  cheapestFor(i: number): number {
    let [best, least] = [-1, Infinity];
    for (const k of this.groundTruths) {
      const cost = this.of(i, k);
      if (cost < least) [best, least] = [k, cost];
    }
    return best;
  }

  /** −ln(1 − p) of the class. */
  #againstClass(i: number, c: number): number {
    return -fround(max(log1p(-this.#scores[i * this.#columns + c]!), LEAST_LOG));
  }

  #wanted(i: number, k: number): boolean {
    return this.#nearCentre(i, k) && (this.#attributes.region === 'centre' || this.#inBox(i, k));
  }

  #inBox(i: number, k: number): boolean {
    return (
      this.#attributes.region === 'box-and-centre' &&
      depthIn(this.boxes, k, this.#points.x[i]!, this.#points.y[i]!) > 0
    );
  }

  #nearCentre(i: number, k: number): boolean {
    const { x1, y1, x2, y2 } = this.#anchors;
    const within = (point: number, centre: number, stride: number): boolean => {
      const reach = fround(this.#attributes.centreRadius * stride);
      return point > fround(centre - reach) && point < fround(centre + reach);
    };
    return (
      within(this.#points.x[i]!, this.#centres.x[k]!, fround(x2[i]! - x1[i]!)) &&
      within(this.#points.y[i]!, this.#centres.y[k]!, fround(y2[i]! - y1[i]!))
    );
  }
}
