import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Shader, Slice, Source } from '../runtime/kernel.ts';
import { defineShader, dispatch, workgroupCount, workgroups } from '../runtime/kernel.ts';

/** A shader that visits i = 0 … count − 1, in words. */
export interface EachText {
  /** Structs and constants that the bindings' types need. */
  readonly types?: string;
  /** Names of the tensors read and written, with the types of their elements; bound in this order. */
  readonly read: Readonly<Record<string, string>>;
  readonly write: Readonly<Record<string, string>>;
  /** Fields of the uniform `u` after `count`. */
  readonly uniform?: Readonly<Record<string, string>>;
  /** Functions, constants and workgroup variables; `SIZE` is the size of a workgroup. */
  readonly declarations?: string;
  /** Statements at each i, and before and after all of an invocation. */
  readonly body: string;
  readonly before?: string;
  readonly after?: string;
}

/** The bindings of a shader: tensors read, tensors written, the uniform struct `u`. */
export function bindingsText({ read, write, uniform }: Pick<EachText, 'read' | 'write' | 'uniform'>): string {
  const tensors: [access: string, name: string, type: string][] = [
    ...Object.entries(read).map(([name, type]): [string, string, string] => ['read', name, type]),
    ...Object.entries(write).map(([name, type]): [string, string, string] => ['read_write', name, type]),
  ];
  const fields = Object.entries(uniform ?? {}).map(([name, type]) => `${name}: ${type}`);
  return `${tensors
    .map(
      ([access, name, type], i) =>
        `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${type}>;`,
    )
    .join('\n')}
struct Uniform { ${fields.join(', ')} }
@group(0) @binding(${tensors.length}) var<uniform> u: Uniform;`;
}

function eachText(text: EachText, size: number): string {
  return `${text.types ?? ''}
${bindingsText({ ...text, uniform: { count: 'u32', ...text.uniform } })}
const SIZE = ${size}u;
${text.declarations ?? ''}
@compute @workgroup_size(SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
${text.before ?? ''}
  for (var i = workgroup.x * SIZE + lane; i < u.count; i += workgroups.x * SIZE) {
${text.body}
  }
${text.after ?? ''}
}`;
}

/**
 * Defines a shader over i = 0 … count − 1 for some options.
 *
 * @param examples options that the tests compile.
 */
export function defineEach<Options extends object>(
  name: string,
  text: (options: Options) => EachText,
  examples: readonly Options[],
): Shader<Options> {
  const shader = defineShader(
    name,
    ({ size, ...options }: Options & { readonly size: number }) =>
      eachText(text(options as unknown as Options), size),
    examples.flatMap((options) => [
      { ...options, size: 64 },
      { ...options, size: 256 },
    ]),
  );
  return (options) => shader({ ...options, size: workgroups().size });
}

/**
 * Runs such a shader.
 *
 * @param bindings what it reads, then what it writes.
 * @param words the uniform's fields after `count`.
 */
export function forEach(
  source: Source,
  count: number,
  bindings: readonly (TensorInfo | Slice)[],
  words: readonly number[] = [],
): void {
  dispatch(source, { bindings, uniform: [count, ...words], workgroups: workgroupCount(count) });
}
