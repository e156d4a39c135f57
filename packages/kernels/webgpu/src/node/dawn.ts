import { EquipoiseError } from '@equipoise/core';

/** npm's `webgpu`, which is Dawn. */
export interface Dawn {
  readonly create: (options: string[]) => GPU;
  readonly globals: object;
}

/** Loads npm's `webgpu`. Throws, with what to do, where it is not installed or its binary does not load. */
export async function loadDawn(): Promise<Dawn> {
  try {
    return await import('webgpu');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    throw new EquipoiseError({
      package: '@equipoise/webgpu',
      subject: "npm's webgpu",
      expected: missing
        ? 'it beside @equipoise/webgpu/node: `npm i webgpu`'
        : 'a binary that loads here (on Linux it needs glibc 2.34 or newer)',
      actual: cause instanceof Error ? cause.message : String(cause),
    });
  }
}
