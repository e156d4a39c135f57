import { expect, test } from 'vitest';
import { importingSharedMemory } from '../../src/runtime/shared-import.ts';
import { doubling } from './doubling.ts';

test('the same functions run on either memory', () => {
  const unshared = new WebAssembly.Memory({ initial: 1 });
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  for (const memory of [unshared, shared]) {
    new Float32Array(memory.buffer, 16, 2).set([3, 4]);
    expect(doubling.on(memory).double!(16, 32, 2)).toBe(2);
    expect([...new Float32Array(memory.buffer, 32, 2)]).toEqual([6, 8]);
  }
  expect(doubling.on(shared)).toBe(doubling.on(shared));
});

test('a module that is not of the kind is refused', () => {
  const header = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  expect(() => importingSharedMemory(header)).toThrow(/only import/);
});
