import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Criterion, CriterionCheckpoint } from '@equipoise/core';
import { dispose, type Optimizer, tensor } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { folder } from './folder.ts';

/** All that a step of training reads and writes. */
export interface Training {
  readonly model: LayersModel;
  readonly optimizer: Optimizer;
  /** Holds the strategy's state and its random numbers. */
  readonly steps: Criterion;
}

type Saved = {
  readonly optimizer: readonly {
    readonly name: string;
    readonly shape: number[];
    readonly values: number[];
  }[];
  readonly strategy: CriterionCheckpoint;
};

/** Writes the model, and beside it what the optimizer and the strategy remember, as JSON. */
export async function save({ model, optimizer, steps }: Training, where: string): Promise<void> {
  await model.save(folder(where));
  const weights = await optimizer.getWeights();
  const remembered = weights.map(({ name, tensor: { shape }, tensor: values }) => ({
    name,
    shape,
    values: [...values.dataSync()],
  }));
  const saved: Saved = { optimizer: remembered, strategy: await steps.save() };
  writeFileSync(path.join(where, 'training.json'), JSON.stringify(saved));
}

/** The model that was saved. */
export const loadModel = (where: string): Promise<LayersModel> => loadLayersModel(folder(where));

/** Gives an optimizer and a strategy their memory back. */
export async function remember({ optimizer, steps }: Omit<Training, 'model'>, where: string): Promise<void> {
  const saved = JSON.parse(readFileSync(path.join(where, 'training.json'), 'utf8')) as Saved;
  const weights = saved.optimizer.map(({ name, shape, values }) => ({ name, tensor: tensor(values, shape) }));
  await optimizer.setWeights(weights);
  dispose(weights.map((weight) => weight.tensor));
  steps.restore(saved.strategy);
}
