import { unsigned } from './leb128.ts';
import type { ValueType } from './opcodes.ts';

/** \0asm, version 1. */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** The one function of a module, named `run`. */
export interface FunctionText {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Locals beyond the parameters. */
  readonly locals: readonly ValueType[];
  /** Without the `end` of the function. */
  readonly body: readonly number[];
}

/**
 * A WebAssembly module of one function that works on a memory of others: imports `env.memory`, at least 0 pages and unshared, and exports
 * `run`.
 */
export function moduleBytes(text: FunctionText): Uint8Array<ArrayBuffer> {
  const { params, results, locals, body } = text;
  const type = [0x60, ...list(params.map((param) => [param])), ...list(results.map((result) => [result]))];
  const code = [...list(runs(locals)), ...body, 0x0b];
  return new Uint8Array([
    ...HEADER,
    ...section(1, list([type])),
    ...section(2, list([[...text8('env'), ...text8('memory'), 0x02, 0x00, 0]])),
    ...section(3, list([[0]])),
    ...section(7, list([[...text8('run'), 0x00, 0]])),
    ...section(10, list([[...unsigned(code.length), ...code]])),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text8(text: string): number[] {
  return list([...new TextEncoder().encode(text)].map((byte) => [byte]));
}

/** Locals of one type side by side are said once, with their number. */
function runs(locals: readonly ValueType[]): number[][] {
  const found: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = found.at(-1);
    if (last?.type === type) last.count += 1;
    else found.push({ type, count: 1 });
  }
  return found.map(({ type, count }) => unsigned(count).concat(type));
}
