import { falsePositive, truePositive } from './matching.ts';

/** Precision and score of one category, area range and IoU threshold, at each recall threshold. */
export interface Sampled {
  /** Where the first of the R values goes in both arrays. */
  readonly at: number;
  readonly precision: Float64Array;
  readonly scores: Float64Array;
}

/** Samples precision/recall curves; holds the scratch memory that all curves share. */
export class CurveSampler {
  readonly #recallThresholds: readonly number[];
  #precision: Float64Array<ArrayBuffer> = new Float64Array(64);
  #row: Int32Array<ArrayBuffer> = new Int32Array(64);

  /** @param recallThresholds - ascending */
  constructor(recallThresholds: readonly number[]) {
    this.#recallThresholds = recallThresholds;
  }

  /**
   * Walks the detections from the best score down, `precision = tp / (tp + fp + ε)` at each true positive, makes precision
   * monotone from the right and reads it at the first detection that reaches each recall; 0 at recalls never reached.
   *
   * @remarks Between two true positives precision only falls, so the true positives alone carry the monotone curve.
   * @param state - outcomes; `start` … `start + scores.length` are this curve's
   * @param scores - [n] scores in the same order, descending
   * @param truths - ground truths that count, > 0
   */
  sample(state: Uint8Array, start: number, scores: Float64Array, truths: number, into: Sampled): void {
    const found = this.#walk(state, start, scores.length, truths);
    const precision = this.#precision;
    for (let k = found - 1; k > 0; k -= 1) {
      if (precision[k]! > precision[k - 1]!) precision[k - 1] = precision[k]!;
    }
    const recalls = this.#recallThresholds;
    let r = 0;
    // Recall 0 is reached by the first detection, whatever became of it.
    for (; r < recalls.length && recalls[r]! <= 0; r += 1) {
      into.precision[into.at + r] = found > 0 ? precision[0]! : 0;
      into.scores[into.at + r] = scores[0] ?? 0;
    }
    for (let k = 0; k < found; k += 1) {
      const recall = (k + 1) / truths;
      for (; r < recalls.length && recalls[r]! <= recall; r += 1) {
        into.precision[into.at + r] = precision[k]!;
        into.scores[into.at + r] = scores[this.#row[k]!]!;
      }
    }
    into.precision.fill(0, into.at + r, into.at + recalls.length);
    into.scores.fill(0, into.at + r, into.at + recalls.length);
  }

  /** Number of true positives, each with its precision and its place. */
  #walk(state: Uint8Array, start: number, count: number, truths: number): number {
    this.#reserve(Math.min(count, truths));
    let right = 0;
    let wrong = 0;
    for (let i = 0; i < count; i += 1) {
      const outcome = state[start + i]!;
      if (outcome === falsePositive) {
        wrong += 1;
      } else if (outcome === truePositive) {
        this.#row[right] = i;
        right += 1;
        this.#precision[right - 1] = right / (wrong + right + Number.EPSILON);
      }
    }
    return right;
  }

  #reserve(size: number): void {
    if (this.#row.length >= size) return;
    this.#precision = new Float64Array(2 * size);
    this.#row = new Int32Array(2 * size);
  }
}
