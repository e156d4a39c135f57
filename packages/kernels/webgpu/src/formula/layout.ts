import type { Binding, PointwiseAttributes, Program } from '@equipoise/core';
import { demand } from '@equipoise/core';
import { asStored } from '../runtime/kernel.ts';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** One tensor that a program reads. */
export interface Field {
  readonly name: string;
  readonly binding: Binding;
  /** What WGSL reads: int32 and bool are i32. */
  readonly type: 'f32' | 'i32';
}

/** A program and the tensors it reads, in the order in which they are bound: all that its text depends on. */
export interface Layout {
  readonly program: Program;
  readonly fields: readonly Field[];
}

/** A layout, for a size of workgroup. */
export interface SizedLayout {
  readonly layout: Layout;
  readonly size: number;
}

/** Lays out the inputs that the program uses; those it does not use are not bound. */
export function layoutOf(
  inputs: Readonly<Record<string, TensorInfo>>,
  { program, bindings }: PointwiseAttributes,
): Layout {
  const fields = namesUsed(program).map((name): Field => {
    const tensor = inputs[name];
    const binding = bindings[name];
    demand(tensor !== undefined && binding !== undefined, {
      package: '@equipoise/webgpu',
      subject: `input ${name} of a formula`,
      expected: 'a tensor and how it is bound',
      actual: tensor && binding,
    });
    return { name, binding, type: asStored(tensor).dtype === 'float32' ? 'f32' : 'i32' };
  });
  return { program, fields };
}

function namesUsed({ instructions }: Program): string[] {
  const names = new Set<string>();
  for (const instruction of instructions) {
    if (instruction.op === 'input') names.add(instruction.name);
    if (instruction.op === 'lookup') names.add(instruction.table);
  }
  return [...names];
}

const keys = new WeakMap<Program, string>();

/** Tells layouts apart by what they say, so that a program built anew at each step is compiled once. */
export function layoutKey({ layout: { program, fields }, size }: SizedLayout): string {
  // JSON has no infinities.
  const plain = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  const key = keys.get(program) ?? JSON.stringify(program, plain);
  keys.set(program, key);
  return `${size} ${JSON.stringify(fields)} ${key}`;
}
