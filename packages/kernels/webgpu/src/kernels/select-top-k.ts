import type { SelectTopKAttributes, SelectTopKInputs } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, clear, defineKernel, defineShader, dispatch, release } from '../runtime/kernel.ts';
import { bindingsText, defineEach, forEach } from './each.ts';
import { bitsFor, DESCENDING_KEY } from './sort-keys.ts';

/** Bits that a pass resolves, and the values they take. */
const BITS = 8;
const DIGITS = 1 << BITS;

/** Images whose counts fit the 16 KiB of memory that any device gives a workgroup. */
const IMAGES_APART = 16;

const read = { scores: 'f32', eligible: 'f32', image: 'i32' };

/**
 * The search: samples are compared by the 64 bits of (descending score, index), which no two have in common, and the highest digits of the
 * last sample chosen are known already. `none` and `all` need no search.
 */
const SEARCH = `
struct Search { key: u32, index: u32, left: u32, found: u32 }
const NONE = 1u;
const ALL = 2u;`;

/** Counts, per image, the next digit of the samples that agree with what is known. */
const countCandidates = defineEach(
  'SelectTopKCount',
  ({ apart, level }: { readonly apart: number; readonly level: 'key' | 'index' }) => ({
    types: SEARCH,
    read: { ...read, search: 'Search' },
    write: { counts: 'atomic<u32>' },
    uniform: { shift: 'u32', images: 'u32' },
    declarations: `${DESCENDING_KEY}
${apart > 0 ? `var<workgroup> own: array<atomic<u32>, ${apart * DIGITS}>;` : ''}
fn above(bits: u32) -> u32 { return select(bits >> (u.shift + ${BITS}u), 0u, u.shift + ${BITS}u >= 32u); }`,
    body: `
    let b = image[i];
    if (eligible[i] == 0.0f || b < 0 || b >= i32(u.images)) { continue; }
    let known = search[b];
    if (known.found != 0u) { continue; }
    let key = descendingKey(scores[i]);
    ${
      level === 'key'
        ? 'if (above(key) != above(known.key)) { continue; } let bits = key;'
        : 'if (key != known.key || above(i) != above(known.index)) { continue; } let bits = i;'
    }
    let cell = u32(b) * ${DIGITS}u + ((bits >> u.shift) & ${DIGITS - 1}u);
    atomicAdd(&${apart > 0 ? 'own' : 'counts'}[cell], 1u);`,
    after:
      apart > 0
        ? `
  workgroupBarrier();
  for (var cell = lane; cell < u.images * ${DIGITS}u; cell += SIZE) {
    let count = atomicLoad(&own[cell]);
    if (count > 0u) { atomicAdd(&counts[cell], count); }
  }`
        : '',
  }),
  [
    { apart: 0, level: 'key' },
    { apart: 1, level: 'key' },
    { apart: IMAGES_APART, level: 'index' },
  ],
);

/** Follows the counts of each image to the digit of its last sample chosen, and clears them for the next pass. */
const chooseDigit = defineShader(
  'SelectTopKChoose',
  ({
    level,
    first,
    k,
  }: {
    readonly level: 'key' | 'index';
    readonly first: boolean;
    readonly k: 'f32' | 'i32';
  }) => `
${SEARCH}
${bindingsText({
  read: first ? { k } : {},
  write: { counts: 'u32', search: 'Search' },
  uniform: { shift: 'u32' },
})}
var<workgroup> sums: array<u32, ${DIGITS}>;
@compute @workgroup_size(${DIGITS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) digit: u32) {
  let cell = group.x * ${DIGITS}u + digit;
  let own = counts[cell];
  counts[cell] = 0u;
  sums[digit] = own;
  workgroupBarrier();
  for (var step = 1u; step < ${DIGITS}u; step *= 2u) {
    let before = select(0u, sums[digit - step], digit >= step);
    workgroupBarrier();
    sums[digit] += before;
    workgroupBarrier();
  }
  ${
    first
      ? `
  let wanted = u32(max(k[group.x], ${k}()));
  var known = Search(0u, 0u, wanted, select(0u, NONE, wanted == 0u));
  if (wanted > 0u && wanted >= sums[${DIGITS - 1}]) { known.found = ALL; }
  if (known.found != 0u) {
    if (digit == 0u) { search[group.x] = known; }
    return;
  }`
      : `
  var known = search[group.x];
  // No lane may write what another has yet to read.
  workgroupBarrier();
  if (known.found != 0u) { return; }`
  }
  let before = sums[digit] - own;
  if (before < known.left && known.left <= sums[digit]) {
    known.${level} |= digit << u.shift;
    known.left -= before;
    search[group.x] = known;
  }
}`,
  [
    { level: 'key', first: true, k: 'f32' },
    { level: 'key', first: true, k: 'i32' },
    { level: 'key', first: false, k: 'f32' },
    { level: 'index', first: false, k: 'f32' },
  ],
);

const keepChosen = defineEach(
  'SelectTopKKeep',
  () => ({
    types: SEARCH,
    read: { ...read, search: 'Search' },
    write: { kept: 'f32' },
    uniform: { images: 'u32' },
    declarations: DESCENDING_KEY,
    body: `
    let b = image[i];
    kept[i] = 0.0f;
    if (eligible[i] == 0.0f || b < 0 || b >= i32(u.images)) { continue; }
    let last = search[b];
    let key = descendingKey(scores[i]);
    let within = key < last.key || (key == last.key && i <= last.index);
    if (last.found == ALL || (last.found != NONE && within)) { kept[i] = 1.0f; }`,
  }),
  [{}],
);

/**
 * `SelectTopK`: a radix select of all images at once. Each pass counts one digit of the samples still in question and descends into the one
 * in which the k-th lies; after four passes over the scores and one for each byte of the indices the last sample chosen is known. k is read
 * where it lies, and samples of an image need not lie together.
 */
export const selectTopKKernel: KernelConfig = defineKernel<keyof SelectTopKInputs, SelectTopKAttributes>(
  'SelectTopK',
  ({ scores, eligible, image, k }, { imageCount }) => {
    const count = scores.shape[0]!;
    const kept = allocate([count], 'float32');
    if (count === 0) return kept;
    const counts = allocate([imageCount, DIGITS], 'int32');
    const search = allocate([imageCount, 4], 'int32');
    clear(counts);
    clear(search);
    const apart = imageCount <= IMAGES_APART ? imageCount : 0;
    const samples = [scores, eligible, image];
    const pass = (level: 'key' | 'index', shift: number, first: boolean): void => {
      forEach(countCandidates({ apart, level }), count, [...samples, search, counts], [shift, imageCount]);
      dispatch(chooseDigit({ level, first, k: k.dtype === 'float32' ? 'f32' : 'i32' }), {
        bindings: first ? [k, counts, search] : [counts, search],
        uniform: [shift],
        workgroups: imageCount,
      });
    };
    for (let shift = 32 - BITS; shift >= 0; shift -= BITS) pass('key', shift, shift === 32 - BITS);
    const indexBytes = Math.ceil(bitsFor(count - 1) / BITS);
    for (let byte = indexBytes - 1; byte >= 0; byte -= 1) pass('index', byte * BITS, false);
    forEach(keepChosen({}), count, [...samples, search, kept], [imageCount]);
    release(counts);
    release(search);
    return kept;
  },
);
