import type { Case } from './row.ts';

/** What tfjs's wasm may grow to: a page less than 4 GiB. */
const WASM = 2 ** 32 - 2 ** 16;
/** Arrays of n × C floats that a step holds at once, at least: logits, probabilities, losses, weights, gradient, and one on its way. */
const ARRAYS = 6;
/** Of what is available: a case that takes all of it is ended by the system, perhaps with others that run. */
const SHARE = 0.8;

/** Why a case cannot fit in memory, or undefined where it may. */
export function need({ anchors, classes, backend }: Case): string | undefined {
  // Per anchor besides: five boxes of four, six single values.
  const bytes = 4 * anchors * (ARRAYS * classes + 26);
  const free = SHARE * process.availableMemory();
  const there = backend === 'wasm' ? Math.min(WASM, free) : free;
  if (bytes <= there) return undefined;
  return `too large for memory: at least ${gib(bytes)} GiB, ${gib(there)} GiB are there`;
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
