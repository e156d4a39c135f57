import { describe, expect, it } from 'vitest';
import { registerKernels } from '../../src/register-kernels.ts';
import type { Source } from '../../src/runtime/shader.ts';
import { definedShaders } from '../../src/runtime/shader.ts';
import { nullDevice } from '../support/dawn-null.ts';

registerKernels();
const device = await nullDevice();

/** All that the compiler says of a shader, and of the pipeline made of it. */
async function complaints({ code }: Source): Promise<string[]> {
  device!.pushErrorScope('validation');
  const module = device!.createShaderModule({ code });
  const { messages } = await module.getCompilationInfo();
  device!.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const error = await device!.popErrorScope();
  return [
    ...messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`),
    ...(error ? [error.message] : []),
  ];
}

describe.skipIf(device === undefined)("every shader compiles on Dawn's null device", () => {
  it.each(definedShaders())('$name', async ({ sources }) => {
    for (const source of sources()) expect(await complaints(source)).toEqual([]);
  });

  it('and one that does not is seen', async () => {
    const code = '@compute @workgroup_size(1) fn main() { let x: u32 = 1.5; }';
    expect(await complaints({ name: 'wrong', code })).not.toEqual([]);
  });
});
