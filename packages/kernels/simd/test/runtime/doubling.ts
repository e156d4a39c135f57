import { Program } from '../../src/runtime/program.ts';

const sized = (...bytes: number[]): number[] => [bytes.length, ...bytes];
const named = (text: string): number[] => sized(...Buffer.from(text));

/** for (i = 0; i < count; i++) to[i] = from[i] * 2; return count. Locals: from 0, to 1, count 2, i 3. */
const DOUBLE = [
  [1, 1, 0x7f, 0x02, 0x40, 0x03, 0x40, 0x20, 3, 0x20, 2, 0x4e, 0x0d, 1],
  [0x20, 1, 0x20, 3, 0x41, 2, 0x74, 0x6a, 0x20, 0, 0x20, 3, 0x41, 2, 0x74, 0x6a],
  [0x2a, 2, 0, 0x43, 0, 0, 0, 0x40, 0x94, 0x38, 2, 0],
  [0x20, 3, 0x41, 1, 0x6a, 0x21, 3, 0x0c, 0, 0x0b, 0x0b, 0x20, 2, 0x0b],
].flat();
/** Fails where `from` is not 0. */
const FAIL = [0, 0x20, 0, 0x04, 0x40, 0x00, 0x0b, 0x41, 7, 0x0b];

const section = (id: number, ...bytes: number[]): number[] => [id, ...sized(...bytes)];

const BYTES = Uint8Array.from(
  [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, 1, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f),
    section(2, 1, ...named('env'), ...named('memory'), 2, 0, 0),
    section(3, 2, 0, 0),
    section(7, 2, ...named('double'), 0, 0, ...named('fail'), 0, 1),
    section(10, 2, ...sized(...DOUBLE), ...sized(...FAIL)),
  ].flat(),
);

/** `double(from, to, count)` writes twice each float32; `fail(x)` gives 7, or fails where x is not 0. A module by hand, of one level. */
export const doubling: Program = new Program(() => BYTES);
