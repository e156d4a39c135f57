import { pointwiseMap } from '@equipoise/core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import { expect, it, vi } from 'vitest';
import { demandKnownBackend } from '../../src/runtime/tfjs-internals.ts';
import { withWebgpu } from '../support/with-webgpu.ts';

const require = createRequire(import.meta.url);

/** Loads modules anew, of which each sees the copies of those before it. */
function copiesOf(...names: string[]): unknown[] {
  const kept = names.map((name) => [require.resolve(name), require.cache[require.resolve(name)]] as const);
  for (const [file] of kept) Reflect.deleteProperty(require.cache, file);
  // Each kernel says that it was registered before.
  const warnings = vi.spyOn(console, 'warn').mockReturnValue();
  const copies = names.map((name) => require(name) as unknown);
  for (const [file, module] of kept) require.cache[file] = module;
  warnings.mockRestore();
  return copies;
}

withWebgpu("an application's own copy of tfjs-core", () => {
  it('shares engine and registry: either runs kernels on tensors of both', async () => {
    const [other] = copiesOf('@tensorflow/tfjs-core') as [typeof tf];
    expect(other.tensor).not.toBe(tf.tensor);
    const x = other.range(0, 2000);
    const attributes = {
      program: {
        instructions: [
          { op: 'input', name: 'x' },
          { op: 'add', args: [0, 0] },
        ],
        outputs: [1],
      },
      shape: [2000, 1],
      bindings: { x: 'row' },
    } as const;
    const [doubled] = other.engine().runKernel('PointwiseMap', { x }, attributes) as unknown as tf.Tensor[];
    const [again] = pointwiseMap({ x: doubled! }, attributes);
    expect((await other.neg(again!).data())[1999]).toBe(-4 * 1999);
  });
});

it("a webgpu backend of another copy of tfjs-core than the kernels' is refused", () => {
  const [, backend] = copiesOf('@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu') as [
    unknown,
    { readonly WebGPUBackend: typeof WebGPUBackend },
  ];
  expect(() => demandKnownBackend(WebGPUBackend)).not.toThrow();
  expect(() => demandKnownBackend(backend.WebGPUBackend)).toThrow(
    /tfjs-core: expected one copy of it.*npm ls @tensorflow\/tfjs-core/,
  );
});
