import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { Rows } from '../runtime/kernel.ts';
import { allocate, clear, defineKernel, floatBits, release, rowSlices } from '../runtime/kernel.ts';
import { boxOverlap } from './box-overlap.ts';
import { defineEach, forEach } from './each.ts';
import { rowsOf } from './rows-of.ts';

/** What core's `maxIouAssignment` is told. */
interface Attributes {
  readonly positiveIou: number;
  readonly negativeLow: number;
  readonly negativeHigh: number;
  readonly lowQuality: 'none' | 'reassign' | 'promote';
  readonly minPositiveIou: number;
  readonly matchZero: boolean;
  readonly assignAllTies: boolean;
  readonly ignoreIofThreshold: number;
  readonly ignoreByAnchorArea: boolean;
}

/** The largest tables of ground truths that a workgroup holds for itself; 0: none. */
const APART = [64, 256, 1024] as const;

const OVERLAP = `${boxOverlap(0)}
fn iouOf(anchor: vec4f, area: f32, box: vec4f) -> f32 {
  let inter = intersectionOf(anchor, box);
  if (inter == 0.0f) { return 0.0f; }
  return inter / max((areaOf(box) + area) - inter, 1e-6f);
}`;

const THRESHOLDS = { positive: 'f32', low: 'f32', high: 'f32' };

/** The ground truth, -1 negative, -2 ignored. */
const BY_THRESHOLD = `
fn byThreshold(overlap: f32, groundTruth: i32) -> i32 {
  if (overlap >= u.positive) { return groundTruth; }
  return select(-2, -1, overlap >= u.low && overlap < u.high);
}`;

interface BestOptions {
  /** Over what area the intersection with ignored regions is taken; none where they are off. */
  readonly ignored: 'none' | 'anchor' | 'region';
  readonly boxes: boolean;
  /** Whether the best IoU of each ground truth is wanted too: a second pass follows. Otherwise this one decides. */
  readonly perBox: boolean;
  /** How many ground truths have a place in the workgroup's own table. */
  readonly apart: number;
}

/** The best IoU of each anchor, and the first ground truth that has it. */
const bestOverlaps = defineEach(
  'BestOverlaps',
  ({ ignored, boxes, perBox, apart }: BestOptions) => {
    const raise = apart > 0 ? 'own[k]' : 'best[k]';
    return {
      read: {
        anchors: 'vec4f',
        ...(ignored !== 'none' && { regions: 'vec4f' }),
        ...(boxes && { boxes: 'vec4f' }),
      },
      write: { overlaps: 'f32', assigned: 'i32', ...(perBox && { best: 'atomic<u32>' }) },
      uniform: { zero: 'u32', box_count: 'u32', region_count: 'u32', iof: 'f32', ...THRESHOLDS },
      declarations: `${OVERLAP}
${perBox ? '' : BY_THRESHOLD}
${apart > 0 ? `var<workgroup> own: array<atomic<u32>, ${apart}>;` : ''}`,
      body: `
    let anchor = anchors[i];
    let area = areaOf(anchor);
    var overlap = 0.0f;
    var ground_truth = 0i;
    ${
      ignored === 'none'
        ? ''
        : `
    for (var m = 0u; m < u.region_count; m++) {
      let whole = ${ignored === 'anchor' ? 'area' : 'areaOf(regions[m])'};
      if (intersectionOf(anchor, regions[m]) / max(whole, 1e-6f) > u.iof) { overlap = -1.0f; break; }
    }`
    }
    ${
      boxes
        ? `
    if (overlap == 0.0f) {
      for (var k = 0u; k < u.box_count; k++) {
        let iou = iouOf(anchor, area, boxes[k]);
        if (iou == 0.0f) { continue; }
        if (iou > overlap) { overlap = iou; ground_truth = i32(k); }
        ${
          perBox
            ? `
        let pattern = bitcast<u32>(iou);
        if (atomicLoad(&${raise}) < pattern) { atomicMax(&${raise}, pattern); }`
            : ''
        }
      }
    }`
        : ''
    }
    overlaps[i] = overlap;
    assigned[i] = ${perBox ? 'ground_truth' : boxes ? 'byThreshold(overlap, ground_truth)' : 'select(-1, -2, overlap < 0.0f)'};`,
      after:
        apart > 0
          ? `
  workgroupBarrier();
  for (var k = lane; k < u.box_count; k += SIZE) {
    let pattern = atomicLoad(&own[k]);
    if (pattern > 0u) { atomicMax(&best[k], pattern); }
  }`
          : '',
    };
  },
  [
    { ignored: 'none', boxes: false, perBox: false, apart: 0 },
    { ignored: 'region', boxes: false, perBox: false, apart: 0 },
    { ignored: 'anchor', boxes: true, perBox: false, apart: 0 },
    { ignored: 'region', boxes: true, perBox: true, apart: 0 },
    { ignored: 'none', boxes: true, perBox: true, apart: 64 },
    { ignored: 'anchor', boxes: true, perBox: true, apart: 1024 },
  ],
);

interface LowQualityOptions {
  readonly promote: boolean;
  readonly matchZero: boolean;
  /** `all` ties match; or the first of them, which one run notes and another reads. */
  readonly ties: 'all' | 'note first' | 'first';
}

/** Matches of low quality: anchors whose IoU is the best of a ground truth. */
const lowQualityMatches = defineEach(
  'LowQualityMatches',
  ({ promote, matchZero, ties }: LowQualityOptions) => {
    const enough = `largest >= u.least${matchZero ? '' : ' && largest > 0.0f'}`;
    const matches = `largest <= overlap && ${enough} && iouOf(anchor, area, boxes[k]) == largest`;
    const noting = ties === 'note first';
    return {
      read: {
        ...(ties !== 'first' && { anchors: 'vec4f', boxes: 'vec4f', best: 'f32' }),
        overlaps: 'f32',
        ...(ties === 'first' && { firsts: 'u32' }),
      },
      // The place from the end, so that the first is the largest and 0 is none.
      write: noting ? { firsts: 'atomic<u32>' } : { assigned: 'i32' },
      uniform: { zero: 'u32', box_count: 'u32', least: 'f32', from_end: 'u32', ...THRESHOLDS },
      declarations: `${ties === 'first' ? '' : OVERLAP}${noting ? '' : BY_THRESHOLD}`,
      body: `
    let overlap = overlaps[i];
    ${ties === 'first' ? '' : 'let anchor = anchors[i]; let area = areaOf(anchor);'}
    ${noting ? '' : 'let ground_truth = assigned[i]; var code = byThreshold(overlap, ground_truth);'}
    if (overlap >= 0.0f) {
      for (var k = 0u; k < u.box_count; k++) {
        ${ties === 'first' ? '' : 'let largest = best[k];'}
        if (${ties === 'first' ? 'firsts[k] == u.from_end - i' : matches}) {
          ${noting ? 'atomicMax(&firsts[k], u.from_end - i);' : `code = ${promote ? 'ground_truth' : 'i32(k)'};`}
        }
      }
    }
    ${noting ? '' : 'assigned[i] = code;'}`,
    };
  },
  [
    { promote: false, matchZero: true, ties: 'all' },
    { promote: true, matchZero: false, ties: 'all' },
    { promote: false, matchZero: false, ties: 'note first' },
    { promote: false, matchZero: true, ties: 'note first' },
    { promote: false, matchZero: false, ties: 'first' },
    { promote: true, matchZero: false, ties: 'first' },
  ],
);

/**
 * `MaxIouAssignment`: IoUs are computed where they are compared and never stored. One pass finds the best of each anchor and, by atomics on
 * the bits of floats, of each ground truth; a second one matches the anchors that tie with the latter.
 */
export const maxIouAssignmentKernel: KernelConfig = defineKernel<'anchors' | 'boxes' | 'ignored', Attributes>(
  'MaxIouAssignment',
  ({ anchors, boxes, ignored }, attributes) => {
    const [count, boxCount, regionCount] = [anchors.shape[0]!, boxes.shape[0]!, ignored.shape[0]!];
    const assigned = allocate([count], 'int32');
    const overlaps = allocate([count], 'float32');
    if (count === 0) return [assigned, overlaps];
    const { positiveIou, negativeLow, negativeHigh, lowQuality, ignoreIofThreshold } = attributes;
    const thresholds = [positiveIou, negativeLow, negativeHigh].map(floatBits);
    const perBox = boxCount > 0 && lowQuality !== 'none';
    const counted = regionCount > 0 && ignoreIofThreshold > 0;
    const slices = rowSlices(count, 4);
    const best = perBox ? allocate([boxCount], 'float32') : undefined;
    if (best) clear(best);
    const first = bestOverlaps({
      ignored: counted ? (attributes.ignoreByAnchorArea ? 'anchor' : 'region') : 'none',
      boxes: boxCount > 0,
      perBox,
      apart: perBox ? (APART.find((size) => size >= boxCount) ?? 0) : 0,
    });
    for (const rows of slices) {
      const bindings = [
        rowsOf(anchors, rows, 4),
        ...(counted ? [ignored] : []),
        ...(boxCount > 0 ? [boxes] : []),
        rowsOf(overlaps, rows),
        rowsOf(assigned, rows),
        ...(best ? [best] : []),
      ];
      const words = [0, boxCount, regionCount, floatBits(ignoreIofThreshold), ...thresholds];
      forEach(first, rows.count, bindings, words);
    }
    if (best) {
      matchLowQuality({ anchors, boxes, best, overlaps, assigned }, slices, attributes, thresholds);
      release(best);
    }
    return [assigned, overlaps];
  },
);

function matchLowQuality(
  tensors: Readonly<Record<'anchors' | 'boxes' | 'best' | 'overlaps' | 'assigned', TensorInfo>>,
  slices: readonly Rows[],
  { lowQuality, matchZero, minPositiveIou, assignAllTies }: Attributes,
  thresholds: readonly number[],
): void {
  const { anchors, boxes, best, overlaps, assigned } = tensors;
  const [count, boxCount] = [anchors.shape[0]!, boxes.shape[0]!];
  const promote = lowQuality === 'promote';
  const words = ({ start }: Rows): number[] => {
    return [0, boxCount, floatBits(Math.max(minPositiveIou, 0)), count - start, ...thresholds];
  };
  if (assignAllTies) {
    for (const rows of slices) {
      const bindings = [
        rowsOf(anchors, rows, 4),
        boxes,
        best,
        rowsOf(overlaps, rows),
        rowsOf(assigned, rows),
      ];
      forEach(lowQualityMatches({ promote, matchZero, ties: 'all' }), rows.count, bindings, words(rows));
    }
    return;
  }
  const firsts = allocate([boxCount], 'int32');
  clear(firsts);
  for (const rows of slices) {
    const bindings = [rowsOf(anchors, rows, 4), boxes, best, rowsOf(overlaps, rows), firsts];
    const source = lowQualityMatches({ promote: false, matchZero, ties: 'note first' });
    forEach(source, rows.count, bindings, words(rows));
  }
  for (const rows of slices) {
    const bindings = [rowsOf(overlaps, rows), firsts, rowsOf(assigned, rows)];
    const source = lowQualityMatches({ promote, matchZero: false, ties: 'first' });
    forEach(source, rows.count, bindings, words(rows));
  }
  release(firsts);
}
