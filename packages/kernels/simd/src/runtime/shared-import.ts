import { IMPORT_SECTION, sectionOf } from './wasm-section.ts';

/** Limits of a memory in a module: the flag, the least number of pages, and for a shared one the most (65,536, as LEB128). */
const UNSHARED = [0x00, 0x00] as const;
const SHARED = [0x03, 0x00, 0x80, 0x80, 0x04] as const;

/**
 * The same module, importing a shared memory instead of an unshared one. Only the declaration differs: loads and stores are the same. So one
 * module is shipped for both.
 *
 * @param bytes a module whose only import is a memory of at least 0 pages, without a maximum.
 */
export function importingSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const section = sectionOf(bytes, IMPORT_SECTION);
  const size = section ? section.end - section.content : 0;
  const limits = section ? section.end - UNSHARED.length : 0;
  // Import sections of one import are far below 128 bytes, so that their size is one byte of LEB128.
  if (!section || size >= 123 || bytes[limits] !== UNSHARED[0] || bytes[limits + 1] !== UNSHARED[1]) {
    throw new Error('not a module whose only import is an unshared memory of at least 0 pages');
  }
  const out = new Uint8Array(bytes.length + SHARED.length - UNSHARED.length);
  out.set(bytes.subarray(0, limits));
  out[section.at + 1] = size + SHARED.length - UNSHARED.length;
  out.set(SHARED, limits);
  out.set(bytes.subarray(section.end), limits + SHARED.length);
  return out;
}
