import { readOutput } from './inputs/arrays.ts';
import type { Likeness } from './works/work.ts';

/** How outputs differ from those of the reference, in words; null where they agree. */
export function differenceOf(
  outputs: readonly string[],
  reference: readonly string[],
  likenesses: readonly Likeness[],
): string | null {
  for (const [place, likeness] of likenesses.entries()) {
    const [found, right] = [readOutput(outputs[place]!), readOutput(reference[place]!)];
    const words = likeness.kind === 'indices' ? ofIndices(found, right) : ofNumbers(found, right, likeness);
    if (words !== null) return likenesses.length > 1 ? `output ${place}: ${words}` : words;
  }
  return null;
}

function ofNumbers(
  found: Float32Array,
  right: Float32Array,
  { within, exceptions = 0 }: Likeness & { readonly kind: 'numbers' },
): string | null {
  if (found.length !== right.length) return `${found.length} numbers, the reference has ${right.length}`;
  let [largest, apart, at, off] = [0, 0, -1, 0];
  for (const value of right) largest = Math.max(largest, Math.abs(value));
  const bound = within * largest;
  for (const [i, value] of right.entries()) {
    const here = Math.abs(found[i]! - value);
    // A NaN is never near.
    if (!(here <= bound)) off++;
    if (!(here <= apart)) [apart, at] = [here, i];
  }
  if (off <= exceptions * right.length) return null;
  return `${off} of ${right.length} numbers, most at ${at}: ${found[at]}, the reference has ${right[at]}`;
}

/** Padding is negative. */
function ofIndices(found: Float32Array, right: Float32Array): string | null {
  const [ours, theirs] = [found, right].map((list) => new Set(list.filter((index) => index >= 0))) as [
    Set<number>,
    Set<number>,
  ];
  const more = [...ours].filter((index) => !theirs.has(index)).length;
  const missing = [...theirs].filter((index) => !ours.has(index)).length;
  if (more + missing === 0) return null;
  return `${more} indices more and ${missing} fewer than the reference's ${theirs.size}`;
}
