import '@tensorflow/tfjs-backend-cpu';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerKernels } from '../../src/register-kernels.ts';

const require = createRequire(import.meta.url);
const folder = mkdtempSync(path.join(tmpdir(), 'equipoise-two-copies-'));
let other: typeof tf;

beforeAll(() => {
  const own = path.resolve(path.dirname(require.resolve('@tensorflow/tfjs-core')), '..');
  const copy = path.join(folder, 'node_modules/@tensorflow/tfjs-core');
  for (const part of ['package.json', 'dist/tf-core.node.js'])
    cpSync(path.join(own, part), path.join(copy, part));
  for (const name of ['seedrandom', 'long', 'node-fetch', 'whatwg-url', 'tr46', 'webidl-conversions']) {
    const found = path.join(own, '../..', name);
    cpSync(found, path.join(folder, 'node_modules', name), { recursive: true });
  }
  other = createRequire(path.join(folder, 'index.js'))('@tensorflow/tfjs-core') as typeof tf;
});
afterAll(() => rmSync(folder, { recursive: true }));

test('two copies of tfjs-core share engine and registry: either runs the kernels', async () => {
  registerKernels();
  expect(other.tensor).not.toBe(tf.tensor);
  await tf.setBackend('cpu');
  expect(other.getKernel('GreedyNms', 'cpu')).toBe(tf.getKernel('GreedyNms', 'cpu'));
  const inputs = {
    boxes: other.tensor2d([0, 0, 9, 9, 0, 0, 9, 8, 20, 20, 30, 30], [3, 4]),
    scores: other.tensor1d([0.5, 0.9, 0.1]),
    group: other.tensor1d([0, 0, 0], 'int32'),
  };
  const rules = { groupCount: 1, iouThreshold: 0.5, maxPerGroup: 9, offset: 0, scoreThreshold: 0 };
  const kept = other.engine().runKernel('GreedyNms', inputs, rules) as tf.Tensor;
  expect([...kept.dataSync()]).toEqual([0, 1, 1]);
});
