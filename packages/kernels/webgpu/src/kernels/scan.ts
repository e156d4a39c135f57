import type { TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, defineShader, dispatch, release, workgroupCount, workgroups } from '../runtime/kernel.ts';
import { bindingsText } from './each.ts';

/** Values that each lane runs through between two barriers. */
const RUN = 8;
/** Parts, a workgroup each: each adds up those before it. */
const MOST_PARTS = 256;

/** What is summed up, in the words of a shader. */
interface ScanText {
  readonly read: Readonly<Record<string, string>>;
  /** The type of the values and how many words it has. */
  readonly type: 'f32' | 'vec2f' | 'vec4f' | 'vec4u';
  readonly words: 1 | 2 | 4;
  /** `combine(a, b)` as an expression, associative; and what changes nothing. */
  readonly combine: string;
  readonly identity: string;
  /** Statements of `fn valueAt(i: u32) -> type`. */
  readonly value: string;
  readonly declarations?: string;
  /** From the end: what stands at i is the value at i and all after it. */
  readonly reversed: boolean;
}

/** Runs a scan over 0 … count − 1 and gives [count + 1], to be released. */
export type Scan = (count: number, bindings: readonly TensorInfo[]) => TensorInfo;

/**
 * Defines a scan: at i, the combined values before i; or, reversed, from i on. Either way count + 1 results, of which one is the identity.
 * Two dispatches, one value read twice.
 */
export function defineScan(name: string, text: ScanText): Scan {
  const { read, type, words, combine, identity, value, declarations = '', reversed } = text;
  const header = (size: number, inputs: Readonly<Record<string, string>>, output: string): string => `
const SIZE = ${size}u;
const RUN = ${RUN}u;
${bindingsText({ read: inputs, write: { [output]: type }, uniform: { count: 'u32', part: 'u32' } })}
${declarations}
var<workgroup> totals: array<${type}, SIZE>;
fn combine(a: ${type}, b: ${type}) -> ${type} { return ${combine}; }
fn valueAt(i: u32) -> ${type} {
${value}
}
fn indexOf(step: u32) -> u32 { return ${reversed ? 'u.count - 1u - step' : 'step'}; }`;
  const reduce = defineShader(
    `${name}Parts`,
    (size: number) => `${header(size, read, 'parts')}
@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = min((workgroup.x + 1u) * u.part, u.count);
  var total = ${identity};
  for (var step = workgroup.x * u.part + lane; step < end; step += SIZE) {
    total = combine(total, valueAt(indexOf(step)));
  }
  totals[lane] = total;
  workgroupBarrier();
  for (var half = SIZE / 2u; half > 0u; half /= 2u) {
    if (lane < half) { totals[lane] = combine(totals[lane], totals[lane + half]); }
    workgroupBarrier();
  }
  if (lane == 0u) { parts[workgroup.x] = totals[0]; }
}`,
    [64, 256],
  );
  const scan = defineShader(
    name,
    (size: number) => `${header(size, { ...read, parts: type }, 'scanned')}
@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  var carry = ${identity};
  for (var p = 0u; p < workgroup.x; p++) { carry = combine(carry, parts[p]); }
  if (workgroup.x + lane == 0u) { scanned[${reversed ? 'u.count' : '0'}] = carry; }
  for (var tile = 0u; tile < u.part; tile += SIZE * RUN) {
    let first = workgroup.x * u.part + tile + lane * RUN;
    var own: array<${type}, RUN>;
    var total = ${identity};
    for (var r = 0u; r < RUN; r++) {
      if (first + r < u.count) { total = combine(total, valueAt(indexOf(first + r))); }
      own[r] = total;
    }
    totals[lane] = total;
    workgroupBarrier();
    for (var step = 1u; step < SIZE; step *= 2u) {
      var before = ${identity};
      if (lane >= step) { before = totals[lane - step]; }
      workgroupBarrier();
      totals[lane] = combine(before, totals[lane]);
      workgroupBarrier();
    }
    var before = carry;
    if (lane > 0u) { before = combine(carry, totals[lane - 1u]); }
    for (var r = 0u; r < RUN; r++) {
      if (first + r < u.count) { scanned[indexOf(first + r)${reversed ? '' : ' + 1u'}] = combine(before, own[r]); }
    }
    carry = combine(carry, totals[SIZE - 1u]);
    workgroupBarrier();
  }
}`,
    [64, 256],
  );
  const dtype = type === 'vec4u' ? 'int32' : 'float32';
  return (count, bindings) => {
    const { size, most } = workgroups();
    const parts = workgroupCount(count, { size: size * RUN, most: Math.min(most, MOST_PARTS) });
    const part = Math.ceil(count / parts / (size * RUN)) * size * RUN;
    const sums = allocate([parts, words], dtype);
    const scanned = allocate([count + 1, words], dtype);
    const uniform = [count, part];
    dispatch(reduce(size), { bindings: [...bindings, sums], uniform, workgroups: parts });
    dispatch(scan(size), { bindings: [...bindings, sums, scanned], uniform, workgroups: parts });
    release(sums);
    return scanned;
  };
}
