import { EquipoiseError } from '@equipoise/core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe } from 'vitest';
import { registerKernels } from '../../src/register-kernels.ts';
import type { StartedWebgpu } from '../../src/node/start-webgpu.ts';
import { startWebgpu } from '../../src/node/start-webgpu.ts';
import { throwFaults } from '../../src/runtime/faults.ts';
import { poisonPool } from './poisoned-pool.ts';

registerKernels();
const started = await start();

/**
 * A suite that runs on the machine's adapter, lavapipe included, with the webgpu backend current and its kernels registered; skipped by name
 * where there is none. Small tensors are computed on the device too. After each test, what the device reported is thrown.
 */
export function withWebgpu(name: string, suite: (started: StartedWebgpu) => void): void {
  const why = 'why' in started ? ` (skipped: ${started.why})` : '';
  describe.skipIf(why !== '')(`${name}${why}`, () => {
    beforeEach(async () => {
      await tf.setBackend('webgpu');
      tf.env().set('WEBGPU_CPU_FORWARD', false);
    });
    afterEach(async () => {
      await tf.setBackend('webgpu');
      throwFaults();
    });
    suite(started as StartedWebgpu);
  });
}

async function start(): Promise<StartedWebgpu | { why: string }> {
  try {
    const device = await startWebgpu();
    poisonPool();
    return device;
  } catch (error) {
    if (error instanceof EquipoiseError) return { why: error.message };
    throw error;
  }
}
