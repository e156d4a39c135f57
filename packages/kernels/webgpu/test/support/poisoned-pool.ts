import { currentInternals } from '../../src/runtime/tfjs-internals.ts';

/** Larger ones would take long. */
const LARGEST = 2 ** 20;
const POISON = new Uint8Array(LARGEST).fill(0x7f);

/**
 * Fills the buffers that tfjs's pool hands out: otherwise a kernel that forgets an element finds it there, where the composed form has left
 * it.
 */
export function poisonPool(): void {
  const { bufferManager, device } = currentInternals();
  const acquire = bufferManager.acquireBuffer.bind(bufferManager);
  bufferManager.acquireBuffer = (size, usage, ...rest) => {
    const buffer = acquire(size, usage, ...rest);
    const filled = buffer.mapState === 'unmapped' && (usage & GPUBufferUsage.STORAGE) !== 0;
    if (filled && size <= LARGEST) device.queue.writeBuffer(buffer, 0, POISON, 0, size);
    return buffer;
  };
}
