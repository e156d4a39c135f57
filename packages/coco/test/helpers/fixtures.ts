import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CocoDetection, CocoGroundTruth, CocoOptions } from '../../src/index.ts';

/** Ground truth and detections. */
export interface Case {
  readonly gt: CocoGroundTruth;
  readonly dt: readonly CocoDetection[];
}

/** A case with the figures of pycocotools. */
export interface EvaluatedCase extends Case {
  readonly expected: {
    readonly stats: Readonly<Record<string, number>>;
    readonly perCategory: Readonly<Record<string, { readonly AP: number[]; readonly AR: number[] }>>;
  };
}

/** `edge_cases.json`. */
export interface EdgeCases {
  readonly cases: readonly EvaluatedCase[];
}

/** `golden_coco_eval_bbox.json`. */
export interface Golden {
  readonly inputs: Case;
  readonly outputs: { readonly stats: number[]; readonly per_category_ap: number[] };
}

/** `options.json`: what pycocotools answers under other options. */
export interface OptionResults {
  readonly results: readonly {
    /** Index into the edge cases. */
    readonly case: number;
    readonly change: 'shifted' | 'flagged' | null;
    readonly options: CocoOptions;
    readonly precision: number[];
    readonly scores: number[];
    readonly recall: number[];
  }[];
}

/** `voc_toy.json`. */
export interface VocToy {
  readonly gt: readonly { readonly image: string; readonly xywh: number[] }[];
  readonly dt: readonly { readonly image: string; readonly xywh: number[]; readonly score: number }[];
  readonly expected: { readonly eleven: Record<string, number>; readonly every: Record<string, number> };
}

/** Cases made to be awkward, with the figures of pycocotools. */
export function edgeCases(): EdgeCases {
  const value: EdgeCases = JSON.parse(fixture('edge_cases.json'));
  return value;
}

/** The COCO case of the project's reference file. */
export function golden(): Golden {
  const value: Golden = JSON.parse(fixture('golden_coco_eval_bbox.json'));
  return value;
}

/** What pycocotools answers under other options. */
export function optionResults(): OptionResults {
  const value: OptionResults = JSON.parse(fixture('options.json'));
  return value;
}

/** Padilla's toy with its published VOC figures. */
export function vocToy(): VocToy {
  const value: VocToy = JSON.parse(fixture('voc_toy.json'));
  return value;
}

/** A case of the shared data. */
export function sharedCase(name: string): EvaluatedCase {
  const value: EvaluatedCase = JSON.parse(readFileSync(shared(`evaluation/${name}`), 'utf8'));
  return value;
}

function fixture(name: string): string {
  return readFileSync(path.join(import.meta.dirname, '../fixtures', name), 'utf8');
}

/** Path of a file of the project's shared data, which is not in the repository. */
export function shared(name: string): string {
  return path.join(import.meta.dirname, '../../../../../shared/data', name);
}
