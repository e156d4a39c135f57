import { currentDevice } from './tfjs-internals.ts';

/** How a grid-stride loop is laid out on an adapter. */
export interface Workgroups {
  /** Invocations of one workgroup: a power of 2. */
  readonly size: number;
  /** Workgroups beyond which more do not help: every invocation then takes several steps. */
  readonly most: number;
}

/** Barriers cost per workgroup where a CPU plays the GPU: few small ones there. */
const ON_CPU: Workgroups = { size: 64, most: 32 };
const ON_GPU: Workgroups = { size: 256, most: 1024 };

/** The layout that suits the current adapter. */
export function workgroups(): Workgroups {
  const info = currentDevice().adapterInfo as GPUAdapterInfo | undefined;
  return info?.isFallbackAdapter ? ON_CPU : ON_GPU;
}

/** Workgroups enough for `work` invocations, and no more than the layout's most; at least one. */
export function workgroupCount(work: number, { size, most }: Workgroups = workgroups()): number {
  return Math.max(1, Math.min(most, Math.ceil(work / size)));
}
