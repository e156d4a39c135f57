import { MEMORY_SECTION, sectionOf } from '../runtime/wasm-section.ts';

/** Flags of a memory's limits: it has a maximum; and it is shared. */
const BOUNDED = 0x01;
const BOUNDED_SHARED = 0x03;

/**
 * The same module, with a memory of its own that threads share: one bit of its declaration. Loads, stores and growth are the same
 * instructions. Undefined where the module does not have exactly one memory of its own, with a maximum.
 */
export function sharingOwnMemory(bytes: Uint8Array): Uint8Array | undefined {
  const section = sectionOf(bytes, MEMORY_SECTION);
  if (!section || bytes[section.content] !== 1 || bytes[section.content + 1] !== BOUNDED) return undefined;
  const out = Uint8Array.from(bytes);
  out[section.content + 1] = BOUNDED_SHARED;
  return out;
}
