import type { TensorInfo } from '@tensorflow/tfjs-core';
import {
  allocate,
  clear,
  defineShader,
  dispatch,
  floatBits,
  release,
  workgroups,
} from '../runtime/kernel.ts';
import { boxOverlap } from './box-overlap.ts';
import { bindingsText, defineEach, forEach } from './each.ts';
import type { Sorted } from './radix-sort.ts';
import { releaseSorted } from './radix-sort.ts';
import { sortByGroup, sortByScore } from './rank-keys.ts';

/** Boxes that are settled at once: one against all before it, then in order. */
const BLOCK = 256;
const WORDS = BLOCK / 32;
/** From so many boxes on, one run settles several blocks: fewer runs, at the price of one workgroup's time. */
const MANY = 20_000;

/** The shape of a suppression. */
interface Suppression {
  readonly offset: 0 | 1;
  /** Whether an IoU equal to the threshold suppresses too. */
  readonly inclusive: boolean;
}

export interface SuppressionOptions extends Suppression {
  readonly groupCount: number;
  readonly iouThreshold: number;
  /** How many are kept in each group. */
  readonly most: number;
}

function suppresses({ offset, inclusive }: Suppression): string {
  return `${boxOverlap(offset)}
fn suppresses(a: vec4f, b: vec4f) -> bool {
  let inter = intersectionOf(a, b);
  if (inter == 0.0f) { return false; }
  return inter / max((areaOf(a) + areaOf(b)) - inter, 1e-30f) ${inclusive ? '>=' : '>'} u.threshold;
}`;
}

const EXAMPLES: readonly Suppression[] = [
  { offset: 0, inclusive: false },
  { offset: 1, inclusive: false },
  { offset: 0, inclusive: true },
];

const placeBoxes = defineEach(
  'NmsPlaceBoxes',
  () => ({
    read: { boxes: 'vec4f', order: 'u32' },
    write: { placed: 'vec4f' },
    body: 'placed[i] = boxes[order[i]];',
  }),
  [{}],
);

/**
 * Settles some blocks in a row, one workgroup: which boxes are kept, and who suppressed the others. `settled` is 1 + the place of the box
 * that a box belongs to, its own if it is kept; 0 while that is open. `keepers` lists those kept in this run, their number first.
 */
const settleBlocks = defineShader(
  'NmsSettle',
  ({ size, ...suppression }: Suppression & { readonly size: number }) => `
const SIZE = ${size}u;
const BLOCK = ${BLOCK}u;
const WORDS = ${WORDS}u;
struct Progress { group: u32, kept: u32 }
${bindingsText({
  read: { placed: 'vec4f', groups: 'u32' },
  write: { settled: 'u32', keepers: 'u32', progress: 'Progress' },
  uniform: {
    zero: 'u32',
    count: 'u32',
    start: 'u32',
    blocks: 'u32',
    none: 'u32',
    most: 'u32',
    threshold: 'f32',
  },
})}
${suppresses(suppression)}
var<workgroup> boxes: array<vec4f, BLOCK>;
/** The earlier boxes of the block that would suppress each, a bit for each. */
var<workgroup> masks: array<u32, ${BLOCK * WORDS}>;

/** Belongs to a keeper of the blocks before, in this run? */
fn findKeeper(place: u32, box: vec4f, found: u32) -> u32 {
  for (var k = 0u; k < found; k++) {
    let keeper = keepers[1u + k];
    if (groups[keeper] == groups[place] && suppresses(placed[keeper], box)) { return 1u + keeper; }
  }
  return 0u;
}

fn settleInOrder(start: u32, end: u32, found: u32) {
  var kept: array<u32, WORDS>;
  var own = progress[0];
  var count = found;
  for (var place = start; place < end; place++) {
    let r = place - start;
    if (groups[place] != own.group) { own = Progress(groups[place], 0u); }
    if (own.group == u.none) { break; }
    if (settled[place] != 0u) { continue; }
    var by = 0u;
    for (var w = 0u; w <= r / 32u; w++) {
      let those = masks[r * WORDS + w] & kept[w];
      if (those != 0u) { by = 1u + start + w * 32u + firstTrailingBit(those); break; }
    }
    if (by == 0u && own.kept < u.most) {
      by = 1u + place;
      kept[r / 32u] |= 1u << (r % 32u);
      own.kept++;
      keepers[1u + count] = place;
      count++;
    }
    settled[place] = by;
  }
  progress[0] = own;
  keepers[0] = count;
}

@compute @workgroup_size(SIZE)
fn main(@builtin(local_invocation_index) lane: u32) {
  for (var block = 0u; block < u.blocks; block++) {
    let start = u.start + block * BLOCK;
    let end = min(start + BLOCK, u.count);
    if (start >= end) { break; }
    // Written by lane 0 after the block before.
    storageBarrier();
    var found = 0u;
    if (block > 0u) { found = keepers[0]; }
    for (var place = start + lane; place < end; place += SIZE) {
      let box = placed[place];
      boxes[place - start] = box;
      if (found > 0u && settled[place] == 0u) { settled[place] = findKeeper(place, box, found); }
    }
    workgroupBarrier();
    for (var place = start + lane; place < end; place += SIZE) {
      let r = place - start;
      for (var w = 0u; w <= r / 32u; w++) {
        var mask = 0u;
        if (settled[place] == 0u && groups[place] != u.none) {
          for (var c = w * 32u; c < min(r, (w + 1u) * 32u); c++) {
            if (groups[start + c] == groups[place] && suppresses(boxes[c], boxes[r])) { mask |= 1u << (c % 32u); }
          }
        }
        masks[r * WORDS + w] = mask;
      }
    }
    workgroupBarrier();
    storageBarrier();
    if (lane == 0u) { settleInOrder(start, end, found); }
    workgroupBarrier();
  }
}`,
  EXAMPLES.flatMap((suppression) => [
    { ...suppression, size: 64 },
    { ...suppression, size: 256 },
  ]),
);

/** Everything behind the blocks just settled, against their keepers, in order. */
const suppressLater = defineEach(
  'NmsSuppress',
  (suppression: Suppression) => ({
    read: { placed: 'vec4f', groups: 'u32', keepers: 'u32' },
    write: { settled: 'u32' },
    uniform: { zero: 'u32', start: 'u32', none: 'u32', threshold: 'f32' },
    declarations: suppresses(suppression),
    body: `
    let place = u.start + i;
    let found = keepers[0];
    let own = groups[place];
    // Groups lie together, so that the last keeper's is the only one that goes on.
    if (found == 0u || own == u.none || own != groups[keepers[found]] || settled[place] != 0u) { continue; }
    let box = placed[place];
    for (var k = 1u; k <= found; k++) {
      let keeper = keepers[k];
      if (groups[keeper] == own && suppresses(placed[keeper], box)) {
        settled[place] = 1u + keeper;
        break;
      }
    }`,
  }),
  EXAMPLES,
);

/** What {@link suppressGreedily} finds; to be released. */
export interface Suppressed {
  /** [n] u32: which box stands at each place. */
  readonly order: TensorInfo;
  /** [n] u32: 1 + the place of the box that the one at each place belongs to, its own if it is kept; 0 if it is left over. */
  readonly settled: TensorInfo;
}

/**
 * Greedy non-maximum suppression within groups, exact and without reading back: boxes are sorted by group and score; then, block after
 * block, one workgroup settles a block and all others drop what its keepers overlap. O(n) memory; two dispatches a block.
 *
 * @param eligible [n] float32, 0 where a box takes no part. Groups of the others are 0 … groupCount − 1.
 */
export function suppressGreedily(
  { boxes, scores, group, eligible }: Readonly<Record<'boxes' | 'scores' | 'group' | 'eligible', TensorInfo>>,
  { groupCount, iouThreshold, most, ...suppression }: SuppressionOptions,
): Suppressed {
  const count = scores.shape[0]!;
  const { keys: groups, order } = sortByScoreInGroups(scores, eligible, group, groupCount);
  const placed = allocate([count, 4], 'float32');
  forEach(placeBoxes({}), count, [boxes, order, placed]);
  const blocks = count < MANY ? 1 : 4;
  const [settled, keepers, progress] = [[count], [1 + blocks * BLOCK], [2]].map((shape) =>
    allocate(shape, 'int32'),
  ) as [TensorInfo, TensorInfo, TensorInfo];
  clear(settled);
  clear(progress);
  const [none, threshold] = [groupCount, floatBits(iouThreshold)];
  for (let start = 0; start < count; start += blocks * BLOCK) {
    dispatch(settleBlocks({ ...suppression, size: workgroups().size }), {
      bindings: [placed, groups, settled, keepers, progress],
      uniform: [0, count, start, blocks, none, Math.min(most, count), threshold],
      workgroups: 1,
    });
    const next = start + blocks * BLOCK;
    if (next >= count) break;
    const bindings = [placed, groups, keepers, settled];
    forEach(suppressLater(suppression), count - next, bindings, [0, next, none, threshold]);
  }
  for (const scratch of [groups, placed, keepers, progress]) release(scratch);
  return { order, settled };
}

function sortByScoreInGroups(
  scores: TensorInfo,
  eligible: TensorInfo,
  group: TensorInfo,
  groupCount: number,
): Sorted {
  const byScore = sortByScore(scores, eligible);
  const sorted = sortByGroup(byScore.order, eligible, { group, count: groupCount });
  releaseSorted(byScore);
  return sorted;
}
