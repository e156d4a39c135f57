import type { Operation } from '@equipoise/core';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { getBackend, getKernel, keep, memory, tidy } from '@tensorflow/tfjs-core';
import type { Arbitrary, IAsyncPropertyWithHooks } from 'fast-check';
import { asyncProperty } from 'fast-check';
import { demandSame, EXACT, type Nearness } from './support/same.ts';

export type { Nearness } from './support/same.ts';

/** What an operation is given, made from what was drawn; called in a tidy scope. */
export type Build<Drawn, Inputs, Attributes> = (drawn: Drawn) => readonly [Inputs, Attributes];

/**
 * The law of an operation's implementations: where tensors lie in this process, `host` gives the same as `composed`; and where a kernel of
 * the operation's name is registered for the current backend, so does that. Same outputs, shapes and dtypes; inputs stay; nothing leaks.
 *
 * @param drawn what is drawn, in plain numbers so that it shrinks and prints.
 * @param build makes inputs and attributes of it.
 * @param near how near outputs must be; default equal, NaN to NaN.
 * @example
 * import { selectTopK } from '@equipoise/core';
 * import { agrees } from '@equipoise/testkit';
 * import { tensor1d } from '@tensorflow/tfjs-core';
 * import fc from 'fast-check';
 *
 * const scores = fc.array(fc.constantFrom(-1, 0, 0.5, 2), { minLength: 1 }); // few values: ties
 * await fc.assert(
 *   agrees(selectTopK, scores, (drawn) => [
 *     {
 *       scores: tensor1d(drawn),
 *       eligible: tensor1d(drawn.map((score) => (score < 2 ? 1 : 0))),
 *       image: tensor1d(drawn.map((_, i) => i % 2), 'int32'),
 *       k: tensor1d([1, 3]),
 *     },
 *     { imageCount: 2 },
 *   ]),
 * );
 */
export function agrees<
  Drawn,
  Inputs extends NamedTensorMap,
  Attributes extends object,
  Output extends Tensor | readonly Tensor[],
>(
  operation: Operation<Inputs, Attributes, Output>,
  drawn: Arbitrary<Drawn>,
  build: Build<Drawn, Inputs, Attributes>,
  near: Nearness = EXACT,
): IAsyncPropertyWithHooks<[Drawn]> {
  const { operationName: name, composed } = operation;
  return asyncProperty(drawn, async (given) => {
    const run = (how: string, implementation: typeof composed) =>
      runOn(`${name}, ${how}`, implementation, build, given);
    const wanted = await run('composed', composed);
    for (const [how, implementation] of implementationsOf(operation)) {
      const got = await run(how, implementation);
      if (wanted.length !== got.length) {
        throw new Error(`${name}: ${wanted.length} outputs composed, ${got.length} ${how}`);
      }
      wanted.forEach((output, i) =>
        demandOutput(`${name} [${i}], composed and ${how}`, output, got[i]!, near),
      );
    }
  });
}

interface Read {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: ArrayLike<number>;
}

function implementationsOf<
  Inputs extends NamedTensorMap,
  Attributes extends object,
  Output extends Tensor | readonly Tensor[],
>(operation: Operation<Inputs, Attributes, Output>): [string, typeof operation.composed][] {
  const { operationName, host } = operation;
  const backend = getBackend();
  const found: [string, typeof operation.composed][] = [];
  if (host && backend !== 'webgpu') found.push(['on the host', host]);
  // Called by its name, the operation runs the kernel.
  if (getKernel(operationName, backend)) found.push([`by the kernel of ${backend}`, operation]);
  return found;
}

async function runOn<Drawn, Inputs extends NamedTensorMap, Attributes>(
  name: string,
  implementation: (inputs: Inputs, attributes: Attributes) => Tensor | readonly Tensor[],
  build: Build<Drawn, Inputs, Attributes>,
  given: Drawn,
): Promise<Read[]> {
  const outputs = tidy(() => {
    const [inputs, attributes] = build(given);
    const before = memory().numTensors;
    const result = implementation(inputs, attributes);
    const list = isList(result) ? result : [result];
    const extra = memory().numTensors - before - list.length;
    if (extra !== 0) throw new Error(`${name}: ${extra} tensors leaked`);
    for (const [input, tensor] of Object.entries(inputs)) {
      if (tensor.isDisposed) throw new Error(`${name}: input ${input} was disposed`);
    }
    return list.map((tensor) => keep(tensor));
  });
  return Promise.all(
    outputs.map(async (tensor) => {
      const values = (await tensor.data()).slice();
      tensor.dispose();
      return { shape: tensor.shape, dtype: tensor.dtype, values };
    }),
  );
}

function isList(result: Tensor | readonly Tensor[]): result is readonly Tensor[] {
  return Array.isArray(result);
}

function demandOutput(said: string, wanted: Read, got: Read, near: Nearness): void {
  const kind = ({ dtype, shape }: Read): string => `${dtype} [${shape.join(', ')}]`;
  if (kind(wanted) !== kind(got)) throw new Error(`${said}: ${kind(wanted)}, then ${kind(got)}`);
  demandSame({ output: wanted.values }, { output: got.values }, said, near);
}
