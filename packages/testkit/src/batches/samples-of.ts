import type { SampleField, Samples, Task } from '@equipoise/core';
import { defaultTask, giouLoss, smoothL1 } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import type { Batch, Row } from './batch.ts';
import { columnsOf } from './batch.ts';

const BOX_LOSSES = { 'smooth-l1': smoothL1(), giou: giouLoss() };

/** The task that a batch belongs to. */
export function taskOf({ activation, boxLoss }: Pick<Batch, 'activation' | 'boxLoss'>): Task {
  return { ...defaultTask, activation, boxLoss: BOX_LOSSES[boxLoss] };
}

/** A batch as tensors; the caller disposes them, or makes them in a tidy scope. */
export function samplesOf(batch: Batch): Samples {
  const { rows } = batch;
  const n = rows.length;
  const whole = (of: (row: Row) => number) =>
    tensor1d(
      Int32Array.from(rows, (row) => of(row)),
      'int32',
    );
  const real = (of: (row: Row) => number) => tensor1d(Float32Array.from(rows, (row) => of(row)));
  const wide = (of: (row: Row) => readonly number[], columns: number) =>
    tensor2d(Float32Array.from(rows.flatMap((row) => of(row))), [n, columns]);
  const columns: Readonly<Record<Exclude<SampleField, 'logits' | 'labels'>, () => Tensor>> = {
    weights: () => real((row) => row.weight),
    image: () => whole((row) => row.image),
    level: () => whole((row) => row.level),
    groundTruth: () => whole((row) => row.groundTruth),
    deltas: () => wide((row) => row.deltas, 4),
    deltaTargets: () => wide((row) => row.deltaTargets, 4),
    anchors: () => wide((row) => row.anchor, 4),
    maxOverlaps: () => real((row) => row.maxOverlap),
  };
  const given = Object.entries(columns).filter(([field]) => batch.fields.includes(field as SampleField));
  return {
    logits: wide((row) => row.logits, columnsOf(batch)),
    labels: whole((row) => row.label),
    ...(Object.fromEntries(given.map(([field, make]) => [field, make()])) as Partial<Samples>),
    ...(batch.fields.includes('image') ? { imageCount: batch.images } : {}),
    task: taskOf(batch),
  };
}

/** The tensors of samples, by field. */
export function tensorsOf(samples: Samples): [SampleField, Tensor][] {
  return Object.entries(samples).filter(([, field]) => isTensor(field)) as [SampleField, Tensor][];
}

/** Disposes every tensor of samples. */
export function disposeSamples(samples: Samples): void {
  for (const [, tensor] of tensorsOf(samples)) tensor.dispose();
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value;
}
