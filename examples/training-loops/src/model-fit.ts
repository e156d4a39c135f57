// A tf.layers model, trained by `model.fit`: the criterion is its loss.
import { criterion } from '@equipoise/core';
import { focal } from '@equipoise/focal';
import { cast, reshape, type Tensor, type Tensor2D, train } from '@tensorflow/tfjs-core';
import { detector, scene } from './scene.ts';

const { features, labels } = scene(1, 2000);
const model = detector();
const steps = criterion(focal());

model.compile({
  optimizer: train.adam(0.05),
  // tfjs hands in floats, a row a sample. Every batch is a step of the strategy; so would be one of validation data.
  loss: (truth: Tensor, logits: Tensor) =>
    steps.loss({ logits: logits as Tensor2D, labels: cast(reshape(truth, [-1]), 'int32') }).total,
});

const { history } = await model.fit(features, labels, {
  batchSize: 250,
  epochs: 8,
  shuffle: false,
  verbose: 0,
});
const losses = history['loss'] as number[];
losses.forEach((loss, epoch) => console.log(`epoch ${epoch + 1}: focal loss ${loss.toFixed(4)}`));

const found = await (model.predict(features) as Tensor).data();
const truth = await labels.data();
const share = (label: number): string => {
  const of = [...truth.keys()].filter((i) => truth[i] === label);
  return `${((100 * of.filter((i) => found[i]! > 0).length) / of.length).toFixed(0)} %`;
};
console.log(`taken for objects: ${share(0)} of the objects, ${share(1)} of the background`);
