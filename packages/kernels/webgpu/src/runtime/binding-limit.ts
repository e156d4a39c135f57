import { currentDevice } from './tfjs-internals.ts';

let ownLimit: number | undefined;

/** The bytes that a binding of the current device may hold (128 MiB on lavapipe). */
export function bindingLimit(): number {
  return Math.min(currentDevice().limits.maxStorageBufferBindingSize, ownLimit ?? Infinity);
}

/** For tests: pretends that a binding holds no more than `bytes`; undefined ends it. */
export function limitBindings(bytes: number | undefined): void {
  ownLimit = bytes;
}
