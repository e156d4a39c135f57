import { demand } from '@equipoise/core';

/** What an engine can do: relaxed SIMD (fused multiply-add), SIMD of 128 bits, or neither. */
export type Level = 'relaxed' | 'simd' | 'scalar';

/** From the most able down. */
export const LEVELS: readonly Level[] = ['relaxed', 'simd', 'scalar'];

/** A module of one function whose body is given; it validates where the engine knows the instructions. */
function moduleOf(...body: readonly number[]): Uint8Array<ArrayBuffer> {
  const code = [0, ...body, 0x0b];
  const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const types = [1, 4, 1, 0x60, 0, 0];
  const functions = [3, 2, 1, 0];
  const bodies = [10, code.length + 2, 1, code.length, ...code];
  return Uint8Array.from([...magic, ...types, ...functions, ...bodies]);
}

/** i32.const 0, i8x16.splat */
const SPLAT = [0x41, 0, 0xfd, 0x0f];
const PROBES: Record<Level, Uint8Array<ArrayBuffer>> = {
  // Three splats, f32x4.relaxed_madd, drop.
  relaxed: moduleOf(...SPLAT, ...SPLAT, ...SPLAT, 0xfd, 0x85, 0x02, 0x1a),
  simd: moduleOf(...SPLAT, 0x1a),
  scalar: moduleOf(),
};

/** The most that this engine can do. */
export function engineLevel(): Level {
  const level = LEVELS.find((each) => WebAssembly.validate(PROBES[each]));
  demand(level !== undefined, {
    package: '@equipoise/simd',
    subject: 'WebAssembly',
    expected: 'an engine that validates a module',
    actual: 'one that does not',
  });
  return level;
}

let chosen: Level | undefined;

/** The level that kernels are compiled for: the engine's, unless {@link setLevel} chose another. */
export function currentLevel(): Level {
  return (chosen ??= engineLevel());
}

/** Compiles kernels for a lower level from now on; `undefined` goes back to the engine's. Throws where the engine cannot do it. */
export function setLevel(level: Level | undefined): void {
  demand(level === undefined || (LEVELS.includes(level) && WebAssembly.validate(PROBES[level])), {
    package: '@equipoise/simd',
    subject: 'level',
    expected: `what this engine can do, '${engineLevel()}' or less`,
    actual: level,
  });
  chosen = level;
}
