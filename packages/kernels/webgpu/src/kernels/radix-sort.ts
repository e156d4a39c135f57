import type { TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, defineShader, dispatch, release, workgroupCount, workgroups } from '../runtime/kernel.ts';
import { bindingsText } from './each.ts';

/** Bits of a key that a pass sorts by, and the values they take. */
const BITS = 8;
const DIGITS = 1 << BITS;

/** Parts of the input that are counted apart, at most: the scan of their counts is one workgroup's. */
const MOST_PARTS = 256;

const uniform = { count: 'u32', part: 'u32', shift: 'u32', parts: 'u32' };

const digitOf = `fn digitOf(key: u32) -> u32 { return (key >> u.shift) & ${DIGITS - 1}u; }`;

const countDigits = defineShader(
  'RadixCount',
  (size: number) => `
${bindingsText({ read: { keys: 'u32' }, write: { counts: 'u32' }, uniform })}
${digitOf}
var<workgroup> own: array<atomic<u32>, ${DIGITS}>;
@compute @workgroup_size(${size})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = min((group.x + 1u) * u.part, u.count);
  for (var i = group.x * u.part + lane; i < end; i += ${size}u) { atomicAdd(&own[digitOf(keys[i])], 1u); }
  workgroupBarrier();
  for (var digit = lane; digit < ${DIGITS}u; digit += ${size}u) {
    counts[group.x * ${DIGITS}u + digit] = atomicLoad(&own[digit]);
  }
}`,
  [64, 256],
);

/** Counts become places: behind all lower digits, and behind the same digit in earlier parts. */
const scanDigits = defineShader(
  'RadixScan',
  () => `
${bindingsText({ read: {}, write: { counts: 'u32' }, uniform: { parts: 'u32' } })}
var<workgroup> sums: array<u32, ${DIGITS}>;
@compute @workgroup_size(${DIGITS})
fn main(@builtin(local_invocation_index) digit: u32) {
  var total = 0u;
  for (var part = 0u; part < u.parts; part++) {
    let count = counts[part * ${DIGITS}u + digit];
    counts[part * ${DIGITS}u + digit] = total;
    total += count;
  }
  sums[digit] = total;
  workgroupBarrier();
  for (var step = 1u; step < ${DIGITS}u; step *= 2u) {
    let before = select(0u, sums[digit - step], digit >= step);
    workgroupBarrier();
    sums[digit] += before;
    workgroupBarrier();
  }
  let lower = sums[digit] - total;
  for (var part = 0u; part < u.parts; part++) { counts[part * ${DIGITS}u + digit] += lower; }
}`,
  [{}],
);

/** Stable: within a tile the lanes of a digit are told apart by a bit set each, and tiles come in order. */
const scatterKeys = defineShader(
  'RadixScatter',
  (size: number) => `
const WORDS = ${size / 32}u;
${bindingsText({
  read: { keys: 'u32', order: 'u32', starts: 'u32' },
  write: { sorted_keys: 'u32', sorted_order: 'u32' },
  uniform,
})}
${digitOf}
var<workgroup> places: array<u32, ${DIGITS}>;
var<workgroup> members: array<atomic<u32>, ${(DIGITS * size) / 32}>;
@compute @workgroup_size(${size})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var digit = lane; digit < ${DIGITS}u; digit += ${size}u) {
    places[digit] = starts[group.x * ${DIGITS}u + digit];
  }
  let word = lane / 32u;
  let bit = 1u << (lane % 32u);
  for (var step = 0u; step < u.part; step += ${size}u) {
    let i = group.x * u.part + step + lane;
    let some = i < u.count;
    var key = 0u;
    if (some) {
      key = keys[i];
      atomicOr(&members[digitOf(key) * WORDS + word], bit);
    }
    workgroupBarrier();
    let digit = digitOf(key);
    var before = 0u;
    var all = 0u;
    if (some) {
      for (var w = 0u; w < WORDS; w++) {
        let tile = atomicLoad(&members[digit * WORDS + w]);
        all += countOneBits(tile);
        before += countOneBits(select(select(0u, tile & (bit - 1u), w == word), tile, w < word));
      }
      let place = places[digit] + before;
      sorted_keys[place] = key;
      sorted_order[place] = order[i];
    }
    workgroupBarrier();
    if (some) {
      if (before + 1u == all) { places[digit] += all; }
      atomicStore(&members[digit * WORDS + word], 0u);
    }
    workgroupBarrier();
  }
}`,
  [64, 256],
);

/** Keys [n] in ascending order, and where each came from; both int32, to be released by whoever asked. */
export interface Sorted {
  readonly keys: TensorInfo;
  readonly order: TensorInfo;
}

/**
 * Sorts pairs of a key and an index by ascending key, stably: a radix sort, least digit first. Three dispatches and 20 n bytes moved for
 * each 8 bits. Its inputs stay.
 *
 * @param given keys and order [n] as u32; n > 0.
 * @param bits how many bits of the keys count, from the lowest.
 */
export function radixSort(given: Sorted, bits: number): Sorted {
  const count = given.keys.shape[0]!;
  const { size, most } = workgroups();
  const parts = workgroupCount(count, { size, most: Math.min(most, MOST_PARTS) });
  const part = Math.ceil(count / parts / size) * size;
  const counts = allocate([parts, DIGITS], 'int32');
  const scratch = (): Sorted => ({ keys: allocate([count], 'int32'), order: allocate([count], 'int32') });
  let from = given;
  let to = scratch();
  let spare: Sorted | undefined;
  for (let shift = 0; shift < Math.max(1, bits); shift += BITS) {
    const words = [count, part, shift, parts];
    dispatch(countDigits(size), { bindings: [from.keys, counts], uniform: words, workgroups: parts });
    dispatch(scanDigits({}), { bindings: [counts], uniform: [parts], workgroups: 1 });
    dispatch(scatterKeys(size), {
      bindings: [from.keys, from.order, counts, to.keys, to.order],
      uniform: words,
      workgroups: parts,
    });
    spare = from === given ? undefined : from;
    from = to;
    if (shift + BITS < bits) to = spare ?? scratch();
  }
  release(counts);
  if (spare) releaseSorted(spare);
  return from;
}

/** Gives both back. */
export function releaseSorted({ keys, order }: Sorted): void {
  release(keys);
  release(order);
}
