import type { Binding, Program } from '@equipoise/core';
import { compile } from '../../../src/formula/compiler/compile.ts';
import { COUNTERS_OF_BIN } from '../../../src/formula/compiler/histogram.ts';
import type { Purpose, Walk } from '../../../src/formula/compiler/plan.ts';
import type { TargetName } from '../../../src/formula/lanes/target.ts';

export type Values = Float32Array | Int32Array | Uint8Array;

export interface BoundValues {
  readonly binding: Binding;
  readonly values: Values;
}

export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly inputs: Readonly<Record<string, BoundValues>>;
}

export interface How {
  readonly target: TargetName;
  readonly walk: Walk;
  /** Default 1. */
  readonly vectors?: number;
  /** Default `map`. */
  readonly purpose?: Purpose;
  readonly bins?: number;
}

/** A byte that no kernel writes. */
const CANARY = 0xa5;
const GAP = 64;

/** Compiles a program and runs it on a memory of its own; throws where anything beside the results was written. */
export function runCompiled(
  program: Program,
  { rows, columns, inputs }: Grid,
  { target, walk, vectors = 1, purpose = 'map', bins = 0 }: How,
): { readonly returned: number; readonly outputs: Float32Array[]; readonly counts: number[] } {
  const named = Object.entries(inputs);
  const entries = rows * columns;
  const outputCount = { map: program.outputs.length, sum: program.outputs.length - 1, histogram: 0 }[purpose];
  const counterBytes = purpose === 'histogram' ? 4 * COUNTERS_OF_BIN * (bins + 1) : 0;
  const sizes = [
    ...named.map(([, { values }]) => values.byteLength),
    ...Array.from({ length: outputCount }, () => entries * 4),
    counterBytes,
  ];
  // Multiples of 4, but not of 16: as tfjs's allocator may give them.
  const addresses: number[] = [];
  let end = GAP + 4;
  for (const size of sizes) {
    addresses.push(end);
    end = Math.ceil((end + size + GAP) / 4) * 4;
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65_536) });
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(CANARY);
  named.forEach(([, { values }], i) =>
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), addresses[i]),
  );
  const counters = addresses.at(-1)!;
  bytes.fill(0, counters, counters + counterBytes);
  const before = bytes.slice();

  const module = compile({
    purpose,
    program,
    walk,
    vectors,
    target,
    inputs: named.map(([name, { binding, values }]) => ({ name, binding, dtype: dtypeOf(values) })),
  });
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } }).exports as {
    run: (...args: readonly number[]) => number;
  };
  const outputAddresses = addresses.slice(named.length, named.length + outputCount);
  const returned = run(
    rows,
    columns,
    ...addresses.slice(0, named.length),
    ...named.filter(([, { binding }]) => binding === 'table').map(([, { values }]) => values.length),
    ...outputAddresses,
    ...(purpose === 'histogram' ? [counters, bins] : []),
  );

  const outputs = outputAddresses.map(
    (address) => new Float32Array(memory.buffer.slice(address, address + entries * 4)),
  );
  const counted = new Int32Array(memory.buffer.slice(counters, counters + counterBytes));
  const counts = Array.from({ length: bins }, (_, bin) =>
    counted.subarray(bin * COUNTERS_OF_BIN, (bin + 1) * COUNTERS_OF_BIN).reduce((a, b) => a + b),
  );
  for (const address of outputAddresses) bytes.fill(CANARY, address, address + entries * 4);
  bytes.fill(0, counters, counters + counterBytes);
  const at = bytes.findIndex((byte, i) => byte !== before[i]);
  if (at >= 0) throw new Error(`byte ${at} was written; arrays begin at ${addresses.join(', ')}`);
  return { returned, outputs, counts };
}

function dtypeOf(values: Values): 'float32' | 'int32' | 'bool' {
  if (values instanceof Float32Array) return 'float32';
  return values instanceof Int32Array ? 'int32' : 'bool';
}
