import type { DetectionTable, GroundTruthTable } from './box-table.ts';
import type { CocoSettings } from './coco-options.ts';
import { overlap } from './overlap.ts';

/** What became of a detection: it counts neither way. */
export const ignoredDetection = 0;
/** What became of a detection: it found an object. */
export const truePositive = 1;
/** What became of a detection: it found nothing. */
export const falsePositive = 2;

/** The boxes of one image and category, as rows of the tables. */
export interface Group {
  /** Rows of the detections, best score first. */
  readonly detections: Int32Array;
  /** Rows of the ground truths, in the order given. */
  readonly truths: Int32Array;
}

/** Where the outcomes of one category go. */
export interface Outcomes {
  /** Detections of the category. */
  readonly count: number;
  /** [A, T, count] outcome of each detection, in order of score. */
  readonly state: Uint8Array;
  /** [A, T, M] true positives among the first 1, 10, … detections of each image. */
  readonly hits: Int32Array;
}

/** Matches the groups of one evaluation; holds the scratch memory that all groups share. */
export class Matcher {
  readonly #detections: DetectionTable;
  readonly #truths: GroundTruthTable;
  readonly #rank: Int32Array;
  readonly #settings: CocoSettings;
  #overlaps: Float64Array<ArrayBuffer> = new Float64Array(256);
  #best: Float64Array<ArrayBuffer> = new Float64Array(16);
  #order: Int32Array<ArrayBuffer> = new Int32Array(16);
  #ignored: Uint8Array<ArrayBuffer> = new Uint8Array(16);
  #taken: Uint8Array<ArrayBuffer> = new Uint8Array(16);

  /** @param rank - [n] position of each detection among those of its category */
  constructor(
    detections: DetectionTable,
    truths: GroundTruthTable,
    rank: Int32Array,
    settings: CocoSettings,
  ) {
    this.#detections = detections;
    this.#truths = truths;
    this.#rank = rank;
    this.#settings = settings;
  }

  /**
   * Matches one group at every area range and IoU threshold and writes the outcomes of its matched detections; those of
   * the others must already stand there.
   */
  match(group: Group, outcomes: Outcomes): void {
    this.#measure(group);
    const { areaRanges, iouThresholds } = this.#settings;
    for (let area = 0; area < areaRanges.length; area += 1) {
      this.#sortTruths(group.truths, areaRanges[area]!);
      for (let t = 0; t < iouThresholds.length; t += 1) {
        this.#assign(
          group,
          Math.min(iouThresholds[t]!, 1 - 1e-10),
          area * iouThresholds.length + t,
          outcomes,
        );
      }
    }
  }

  /** Overlaps [detections, truths], and each detection's largest. */
  #measure({ detections, truths }: Group): void {
    const width = truths.length;
    this.#reserve(detections.length, width);
    const { crowd, box } = this.#truths;
    for (let d = 0; d < detections.length; d += 1) {
      let best = 0;
      for (let g = 0; g < width; g += 1) {
        const truth = truths[g]!;
        const value = overlap(
          this.#detections.box,
          4 * detections[d]!,
          box,
          4 * truth,
          crowd[truth] === 1,
          0,
        );
        this.#overlaps[d * width + g] = value;
        if (value > best) best = value;
      }
      this.#best[d] = best;
    }
  }

  /** Truths that count first, then the ignored ones, each in the order given. */
  #sortTruths(truths: Int32Array, [least, most]: readonly [number, number]): void {
    const { area, ignored } = this.#truths;
    let count = 0;
    for (let pass = 0; pass < 2; pass += 1) {
      for (let g = 0; g < truths.length; g += 1) {
        const row = truths[g]!;
        const out = ignored[row] === 1 || area[row]! < least || area[row]! > most ? 1 : 0;
        if (out !== pass) continue;
        this.#order[count] = g;
        this.#ignored[count] = out;
        count += 1;
      }
    }
  }

  /** Each detection, best first, takes the truth it overlaps most among those still free. */
  #assign({ detections, truths }: Group, threshold: number, plane: number, outcomes: Outcomes): void {
    const width = truths.length;
    this.#taken.fill(0, 0, width);
    for (let d = 0; d < detections.length; d += 1) {
      if (this.#best[d]! < threshold) continue;
      const match = this.#find(d * width, truths, threshold);
      if (match < 0) continue;
      this.#taken[match] = 1;
      const at = plane * outcomes.count + this.#rank[detections[d]!]!;
      if (this.#ignored[match] === 1) {
        outcomes.state[at] = ignoredDetection;
      } else if (
        this.#settings.preset === 'corrected' ||
        this.#truths.idZero[truths[this.#order[match]!]!] === 0
      ) {
        outcomes.state[at] = truePositive;
        this.#count(d, plane, outcomes);
      }
    }
  }

  /** Position, in sorted order, of the truth that the detection takes; -1 for none. */
  #find(row: number, truths: Int32Array, threshold: number): number {
    let best = threshold;
    let match = -1;
    for (let g = 0; g < truths.length; g += 1) {
      const column = this.#order[g]!;
      if (this.#taken[g] === 1 && this.#truths.crowd[truths[column]!] === 0) continue;
      // Ignored truths come last: once one that counts is found they have no say.
      if (match >= 0 && this.#ignored[match] === 0 && this.#ignored[g] === 1) break;
      const value = this.#overlaps[row + column]!;
      // Not ">": of two that overlap alike the later one is taken.
      if (value < best) continue;
      best = value;
      match = g;
    }
    return match;
  }

  #count(position: number, plane: number, { hits }: Outcomes): void {
    const { maxDetections } = this.#settings;
    for (let m = maxDetections.length - 1; m >= 0 && position < maxDetections[m]!; m -= 1) {
      hits[plane * maxDetections.length + m]! += 1;
    }
  }

  #reserve(detections: number, truths: number): void {
    if (this.#overlaps.length < detections * truths)
      this.#overlaps = new Float64Array(2 * detections * truths);
    if (this.#best.length < detections) this.#best = new Float64Array(2 * detections);
    if (this.#order.length >= truths) return;
    this.#order = new Int32Array(2 * truths);
    this.#ignored = new Uint8Array(2 * truths);
    this.#taken = new Uint8Array(2 * truths);
  }
}
