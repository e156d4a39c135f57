import { CurveSampler } from './accumulate.ts';
import type { DetectionTable, GroundTruthTable } from './box-table.ts';
import type { CocoSettings } from './coco-options.ts';
import { curveIndex } from './coco-summary.ts';
import { falsePositive, ignoredDetection, Matcher, type Outcomes } from './matching.ts';
import type { Grouped, GroupedDetections } from './ordering.ts';

/** Everything the evaluation of a category reads. */
export interface Prepared {
  readonly settings: CocoSettings;
  readonly detections: DetectionTable;
  readonly truths: GroundTruthTable;
  readonly groupedDetections: GroupedDetections;
  readonly groupedTruths: Grouped;
}

/** The arrays the evaluation of a category writes; see `CocoEvaluation`. */
export interface Figures {
  readonly precision: Float64Array;
  readonly scores: Float64Array;
  readonly recall: Float64Array;
}

/** Evaluates one category after another. */
export class CategoryEvaluator {
  readonly #prepared: Prepared;
  readonly #figures: Figures;
  readonly #matcher: Matcher;
  readonly #sampler: CurveSampler;

  constructor(prepared: Prepared, figures: Figures) {
    this.#prepared = prepared;
    this.#figures = figures;
    const { detections, truths, groupedDetections, settings } = prepared;
    this.#matcher = new Matcher(detections, truths, groupedDetections.rank, settings);
    this.#sampler = new CurveSampler(settings.recallThresholds);
  }

  /** Writes the figures of one category; those of an area range without ground truth stay as they are. */
  evaluate(category: number): void {
    const counts = this.#countTruths(category);
    if (counts.every((count) => count === 0)) return;
    const outcomes = this.#unmatched(category);
    this.#matchImages(category, outcomes);
    this.#accumulate(category, counts, outcomes);
  }

  /** [A] ground truths that count in each area range. */
  #countTruths(category: number): number[] {
    const { settings, truths, groupedTruths } = this.#prepared;
    const rows = rowsOf(groupedTruths, category);
    return settings.areaRanges.map(([least, most]) => {
      let count = 0;
      for (const row of rows) {
        if (truths.ignored[row] === 0 && truths.area[row]! >= least && truths.area[row]! <= most) count += 1;
      }
      return count;
    });
  }

  /** Outcomes of detections that match nothing: wrong, or ignored where their own area is out of range. */
  #unmatched(category: number): Outcomes {
    const { settings, detections, groupedDetections } = this.#prepared;
    const { areaRanges, iouThresholds, maxDetections } = settings;
    const rows = rowsOf(groupedDetections, category);
    const count = rows.length;
    const state = new Uint8Array(areaRanges.length * iouThresholds.length * count).fill(falsePositive);
    for (const [area, [least, most]] of areaRanges.entries()) {
      const first = area * iouThresholds.length * count;
      for (const row of rows) {
        const size = detections.box[4 * row + 2]! * detections.box[4 * row + 3]!;
        if (size < least || size > most) state[first + groupedDetections.rank[row]!] = ignoredDetection;
      }
      for (let t = 1; t < iouThresholds.length; t += 1)
        state.copyWithin(first + t * count, first, first + count);
    }
    const hits = new Int32Array(areaRanges.length * iouThresholds.length * maxDetections.length);
    return { count, state, hits };
  }

  /** Matches image by image: both runs are sorted by image, so one walk over them pairs the groups. */
  #matchImages(category: number, outcomes: Outcomes): void {
    const { settings, detections, truths, groupedDetections, groupedTruths } = this.#prepared;
    const limit = settings.maxDetections.at(-1)!;
    const found = rowsOf(groupedDetections, category);
    const real = rowsOf(groupedTruths, category);
    let g = 0;
    for (let d = 0; d < found.length;) {
      const image = detections.image[found[d]!]!;
      const end = runEnd(found, detections.image, d);
      while (g < real.length && truths.image[real[g]!]! < image) g += 1;
      const end2 = g < real.length && truths.image[real[g]!] === image ? runEnd(real, truths.image, g) : g;
      const kept = Math.min(end, d + limit);
      if (end2 > g) {
        this.#matcher.match(
          { detections: found.subarray(d, kept), truths: real.subarray(g, end2) },
          outcomes,
        );
      }
      this.#ignore(found.subarray(kept, end), outcomes);
      d = end;
      g = end2;
    }
  }

  /** Detections beyond the limit of their image are as good as not there. */
  #ignore(rows: Int32Array, { state, count }: Outcomes): void {
    for (const row of rows) {
      for (let at = this.#prepared.groupedDetections.rank[row]!; at < state.length; at += count) {
        state[at] = ignoredDetection;
      }
    }
  }

  #accumulate(category: number, counts: readonly number[], outcomes: Outcomes): void {
    const { settings, detections, groupedDetections } = this.#prepared;
    const { iouThresholds, maxDetections, recallThresholds } = settings;
    const { precision, scores, recall } = this.#figures;
    const sorted = new Float64Array(outcomes.count);
    for (const row of rowsOf(groupedDetections, category)) {
      sorted[groupedDetections.rank[row]!] = detections.score[row]!;
    }
    for (const [area, truths] of counts.entries()) {
      if (truths === 0) continue;
      for (let t = 0; t < iouThresholds.length; t += 1) {
        const plane = area * iouThresholds.length + t;
        const curve = curveIndex(settings, category, area, t);
        const into = { at: curve * recallThresholds.length, precision, scores };
        this.#sampler.sample(outcomes.state, plane * outcomes.count, sorted, truths, into);
        for (let m = 0; m < maxDetections.length; m += 1) {
          recall[curve * maxDetections.length + m] =
            outcomes.hits[plane * maxDetections.length + m]! / truths;
        }
      }
    }
  }
}

/** Rows of one category. */
export function rowsOf({ order, categoryStart }: Grouped, category: number): Int32Array {
  return order.subarray(categoryStart[category], categoryStart[category + 1]);
}

/** End of the run of rows that share the image of the row at `start`. */
function runEnd(rows: Int32Array, image: Int32Array, start: number): number {
  let end = start + 1;
  while (end < rows.length && image[rows[end]!] === image[rows[start]!]) end += 1;
  return end;
}
