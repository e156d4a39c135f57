import { Program } from '../runtime/kernel.ts';
import { SCALAR, SIMD } from './module-bytes.ts';

/** What `assembly/` compiles to: all functions of this folder's kernels. */
export const structured: Program = new Program((level) => decoded(level === 'scalar' ? SCALAR : SIMD));

function decoded(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.codePointAt(0)!);
}
