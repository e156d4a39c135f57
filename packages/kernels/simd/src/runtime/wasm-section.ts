/** Where a section of a WebAssembly module lies: the byte of its id, its content, and what comes after it. */
export interface Section {
  readonly at: number;
  readonly content: number;
  readonly end: number;
}

const HEADER_LENGTH = 8;

/** Ids of sections. */
export const IMPORT_SECTION = 2;
export const MEMORY_SECTION = 5;

/** The section of an id; undefined where the module has none. */
export function sectionOf(bytes: Uint8Array, id: number): Section | undefined {
  let at = HEADER_LENGTH;
  while (at < bytes.length) {
    const { value: size, next: content } = readLength(bytes, at + 1);
    const end = content + size;
    if (bytes[at] === id) return { at, content, end };
    at = end;
  }
  return undefined;
}

/** An unsigned LEB128. */
function readLength(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  let next = at;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[next++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value, next };
  }
}
