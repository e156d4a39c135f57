import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A tensor in memory, row by row. */
export interface NdArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** The inputs of a work, by name. */
export type Arrays = Readonly<Record<string, NdArray>>;

/** What `arrays.json` says of each file beside it; Python reads the same. */
type Index = Record<string, { readonly shape: readonly number[]; readonly dtype: 'float32' | 'int32' }>;

/** Writes each array as a raw little-endian file, so that all implementations read the very same numbers. */
export function writeArrays(folder: string, arrays: Arrays): void {
  mkdirSync(folder, { recursive: true });
  const index: Index = {};
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    index[name] = { shape, dtype: values instanceof Int32Array ? 'int32' : 'float32' };
    writeFileSync(path.join(folder, `${name}.bin`), bytesOf(values));
  }
  writeFileSync(path.join(folder, 'arrays.json'), JSON.stringify(index));
}

/** Reads what {@link writeArrays} wrote. */
export function readArrays(folder: string): Arrays {
  const index = JSON.parse(readFileSync(path.join(folder, 'arrays.json'), 'utf8')) as Index;
  return Object.fromEntries(
    Object.entries(index).map(([name, { shape, dtype }]) => {
      const { buffer } = new Uint8Array(readFileSync(path.join(folder, `${name}.bin`)));
      return [name, { shape, values: dtype === 'int32' ? new Int32Array(buffer) : new Float32Array(buffer) }];
    }),
  );
}

/** One output as raw float32, for {@link readOutput}. */
export function writeOutput(file: string, values: ArrayLike<number>): void {
  writeFileSync(file, bytesOf(Float32Array.from(values)));
}

/** An output that an implementation wrote, in this language or in Python. */
export function readOutput(file: string): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(file)).buffer);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
