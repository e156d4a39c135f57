// Equipoise on one backend in a process of its own: the same words on stdin and stdout as python/worker.py.
// node equipoise-worker.ts BACKEND FORM THREADS
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, useBackend } from '../backends/index.ts';
import { finished } from '../throughput/finished.ts';
import { useComposed } from '../throughput/use-composed.ts';
import { useFused, withThreads } from '../throughput/use-fused.ts';
import type { Form } from './implementations.ts';
import { readArrays, writeOutput } from './inputs/arrays.ts';
import type { Told } from './worker-process.ts';
import { works } from './works/index.ts';
import type { Tensors, Work } from './works/work.ts';

type Step = () => tf.Tensor[] | Promise<tf.Tensor[]>;

const [backend, form, threads] = process.argv.slice(2) as [BackendName, Form, string];

let step: Step = () => [];
let inputs: Tensors = {};

const started = start();
// Told in the answer to the first question.
started.catch(() => {});

async function start(): Promise<Readonly<Record<string, string>>> {
  const count = Number(threads);
  const { versions } = await useBackend(backend, withThreads(backend, form === 'fused', count));
  if (form === 'fused') await useFused(backend, count);
  if (form === 'composed') useComposed(backend);
  return versions;
}

async function answer(told: Told): Promise<object> {
  const versions = await started;
  if ('load' in told) {
    tf.dispose(inputs);
    inputs = tensorsOf(told.folder);
    step = stepOf(works[told.work]!);
    return { loaded: true };
  }
  if ('run' in told) {
    const times: number[] = [];
    for (let call = 0; call < told.run; call++) {
      const { time, outputs } = await timed();
      times.push(time);
      tf.dispose(outputs);
    }
    return { times };
  }
  if ('check' in told) {
    const { time, outputs } = await timed();
    for (const [place, output] of outputs.entries()) {
      writeOutput(path.join(told.check, `${place}.bin`), await output.data());
    }
    tf.dispose(outputs);
    return { times: [time] };
  }
  return { versions };
}

async function timed(): Promise<{ readonly time: number; readonly outputs: tf.Tensor[] }> {
  const start = performance.now();
  const outputs = await step();
  if (backend === 'webgpu') await finished();
  return { time: performance.now() - start, outputs };
}

function stepOf(work: Work): Step {
  if (form === 'tfjs') return work.tfjs!.run(inputs);
  const bounded = form === 'composed' || backend === 'webgpu';
  return (bounded ? (work.bounded ?? work.ours) : work.ours)(inputs);
}

function tensorsOf(folder: string): Tensors {
  return Object.fromEntries(
    Object.entries(readArrays(folder)).map(([name, { shape, values }]) => [
      name,
      tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32'),
    ]),
  );
}

for await (const line of createInterface({ input: process.stdin })) {
  const found = await answer(JSON.parse(line) as Told).catch((error: unknown) => ({
    error: (error instanceof Error ? error.message : String(error)).split('\n')[0],
  }));
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
