import { nmsMask, selectTopK } from '@equipoise/core';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import '@equipoise/webgpu';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { criterion } from '@equipoise/core';
import { focal } from '@equipoise/focal';
import { callTo } from '../../throughput/call-to.ts';
import { inputsOf } from '../../throughput/inputs.ts';
import { operations } from '../../throughput/operations.ts';
import { allOperations, useComposed } from '../../throughput/use-composed.ts';

const boxes = () => tf.tensor2d([0, 0, 9, 9, 0, 0, 9, 8, 20, 20, 30, 30], [3, 4]);
const scores = () => tf.tensor1d([0.5, 0.6, 0.7]);

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => {
  for (const { operationName } of allOperations) {
    if (tf.getKernel(operationName, 'cpu')) tf.unregisterKernel(operationName, 'cpu');
  }
});

test('what a call hands to an operation outlives it, and its kernel is back in place', () => {
  const fused = { kernelName: 'GreedyNms', backendName: 'cpu', kernelFunc: () => tf.ones([3]) };
  tf.registerKernel(fused);
  const { operation, inputs, attributes, outputBytes } = callTo('GreedyNms', () =>
    tf.dispose(nmsMask(boxes(), scores())),
  );
  expect(operation.operationName).toBe('GreedyNms');
  expect(inputs['scores']!.dataSync()).toEqual(Float32Array.of(0.5, 0.6, 0.7));
  expect(attributes).toMatchObject({ iouThreshold: 0.5, groupCount: 1 });
  expect(outputBytes).toBe(12);
  expect(tf.getKernel('GreedyNms', 'cpu')).toBe(fused);
});

test('a call that does not reach the operation says so', () => {
  expect(() => callTo('GreedyNms', () => selectTopK.operationName)).toThrow(
    'GreedyNms: the call does not reach it',
  );
  expect(() => callTo('GreedyNmz', () => undefined)).toThrow('GreedyNmz: no package exports it');
});

test('with everything composed, the operation is its tfjs form', () => {
  useComposed('cpu');
  const names: string[] = [];
  const engine = tf.engine() as unknown as { runKernel: (name: string, ...rest: never[]) => unknown };
  const original = engine.runKernel;
  engine.runKernel = function (name, ...rest) {
    names.push(name);
    return original.call(this, name, ...rest);
  };
  const mask = nmsMask(boxes(), scores());
  engine.runKernel = original;
  expect(mask.dataSync()).toEqual(Float32Array.of(0, 1, 1));
  // Many ops under one name; on the host there are none.
  expect(names[0]).toBe('GreedyNms');
  expect(names.length).toBeGreaterThan(20);
});

test('with everything composed, gradients still reach logits and deltas', () => {
  const { boxes: _boxes, ...samples } = inputsOf({
    anchors: 2000,
    classes: 3,
    source: 'synthetic',
    stage: 'middle',
  });
  const gradients = (): number[][] =>
    tf.tidy(() => {
      const step = (logits: tf.Tensor, deltas: tf.Tensor): tf.Scalar =>
        criterion(focal()).loss({ ...samples, logits: logits as tf.Tensor2D, deltas: deltas as tf.Tensor2D })
          .total;
      return tf
        .grads(step)([samples.logits, samples.deltas])
        .map((tensor) => Array.from(tensor.dataSync()));
    });
  const wanted = gradients();
  useComposed('cpu');
  gradients().forEach((values, at) =>
    values.forEach((value, i) => expect(value).toBeCloseTo(wanted[at]![i]!, 6)),
  );
  expect(wanted[1]!.some((value) => value !== 0)).toBe(true);
});

const fewInputs = () => inputsOf({ anchors: 500, classes: 3, source: 'synthetic', stage: 'middle' });

test.each(Object.keys(operations))('%s: the call gives an operation that runs, in every form', (name) => {
  const inputs = fewInputs();
  const { operation, inputs: given, attributes } = operations[name]!(inputs);
  const [one, other] = [operation.composed, operation.host ?? operation.composed].map((form) =>
    [form(given, attributes)].flat().map((output) => output.dataSync()),
  );
  for (const [at, values] of one!.entries()) {
    expect(values).toHaveLength(other![at]!.length);
    expect(values.every(Number.isFinite)).toBe(true);
  }
});

test('every operation that has a kernel on webgpu is among them, but for Scaled', () => {
  const fused = tf.getKernelsForBackend('webgpu').map(({ kernelName }) => kernelName);
  const ours = fused.filter((name) => allOperations.some(({ operationName }) => operationName === name));
  const inputs = fewInputs();
  const reached = Object.values(operations).map((call) => call(inputs).operation.operationName);
  expect([...new Set([...reached, 'Scaled'])].toSorted()).toEqual(ours.toSorted());
});
