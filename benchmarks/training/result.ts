import type { Machine } from '../command/machine.ts';

/** One point of a learning curve; AP in per cent. */
export interface CurvePoint {
  readonly step: number;
  readonly ap: number;
  readonly ap50: number;
}

/** Counts of the entries |p − y| in equal bins over [0, 1], once plain and once multiplied by the strategy's weights. */
export interface GradientNorms {
  readonly step: number;
  /** How many entries fall in each bin. */
  readonly counts: readonly number[];
  /** Their summed weighted gradient norm, Σ w·|p − y| / normaliser, in each bin: what the update is made of. */
  readonly weighted: readonly number[];
  /** Σ |p − y| in each bin before weighting. */
  readonly plain: readonly number[];
}

/** One evaluated image with what the detector finds there, and the anchors that carried weight. Boxes are x1 y1 x2 y2, pixels. */
export interface ExampleImage {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** A `data:` URL of the image as the network saw it. */
  readonly source: string;
  readonly groundTruth: readonly { readonly box: Box; readonly category: string }[];
  readonly detections: readonly { readonly box: Box; readonly category: string; readonly score: number }[];
  /** The anchors of the largest weight, with that weight relative to the largest of the image, in (0, 1]. */
  readonly anchors: readonly { readonly box: Box; readonly weight: number; readonly positive: boolean }[];
}

export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/** What one training run with one strategy and one seed gave. AP in per cent, times in milliseconds. */
export interface RunResult {
  readonly strategy: string;
  readonly kind: 'hard' | 'soft';
  readonly options: Readonly<Record<string, unknown>>;
  readonly data: string;
  readonly classes: readonly string[];
  readonly seed: number;
  readonly steps: number;
  readonly backend: string;
  readonly ap: number;
  readonly ap50: number;
  readonly ap75: number;
  readonly perClass: readonly { readonly name: string; readonly ap: number; readonly ap50: number }[];
  readonly curve: readonly CurvePoint[];
  /** Median wall time of a training step: batch, forward, strategy, backward, update. */
  readonly stepMs: number;
  /** Median wall time of the strategy with its losses, forward and backward, on the samples of such a step. */
  readonly strategyMs: number;
  /** Mean number of positives, and of negatives, that carried weight in a step. */
  readonly positives: number;
  readonly negatives: number;
  /** The same, step by step. */
  readonly carried: readonly {
    readonly step: number;
    readonly positives: number;
    readonly negatives: number;
    readonly loss: number;
  }[];
  readonly gradientNorms: readonly GradientNorms[];
  readonly examples: readonly ExampleImage[];
}

/** Mean, standard deviation (n − 1; null for one run) and number of runs. */
export interface Spread {
  readonly mean: number;
  readonly sd: number | null;
  readonly n: number;
}

/** All runs of one strategy. */
export interface StrategySummary {
  readonly strategy: string;
  readonly kind: 'hard' | 'soft';
  readonly ap: Spread;
  readonly ap50: Spread;
  readonly ap75: Spread;
  /** Welch's two-sided p of the difference in AP from the best strategy; null for the best itself or where n < 2. */
  readonly pValue: number | null;
  /** `best`; `worse` where the difference is more than noise (p < .05); `within noise`; `unknown` where n < 2. */
  readonly verdict: 'best' | 'worse' | 'within noise' | 'unknown';
  readonly stepMs: number;
  readonly strategyMs: number;
  readonly positives: number;
  readonly negatives: number;
}

/** What `compare.json` holds. */
export interface Comparison {
  readonly meta: ComparisonMeta;
  readonly runs: readonly RunResult[];
  readonly summary: readonly StrategySummary[];
}

/** How a comparison was made: everything needed to repeat it. */
export interface ComparisonMeta {
  readonly command: string;
  readonly date: string;
  readonly data: string;
  readonly classes: readonly string[];
  readonly trainImages: number;
  readonly evaluationImages: number;
  readonly evaluationBoxes: number;
  readonly anchorsPerImage: number;
  readonly batch: number;
  readonly steps: number;
  readonly seeds: readonly number[];
  readonly prior: boolean;
  readonly backend: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Machine;
  /** What was left out or mended while reading the data, as sentences. */
  readonly notes: readonly string[];
}
