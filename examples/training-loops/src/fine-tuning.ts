// Fine-tuning from a saved model: trained with one strategy, saved, loaded, its backbone frozen, its head trained on with another.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { criterion, type Criterion } from '@equipoise/core';
import { crossEntropy, focal } from '@equipoise/focal';
import { type Scalar, type Tensor2D, tidy, train, type Variable } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { folder } from './folder.ts';
import { detector, type Scene, scene } from './scene.ts';

/** Trains what is trainable of a model; gives the first loss and the last. */
function trainOn({ features, labels }: Scene, model: LayersModel, steps: Criterion): [number, number] {
  const optimizer = train.adam(0.05);
  const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
  const losses = Array.from({ length: 60 }, () =>
    tidy(() => {
      const loss = () => steps.loss({ logits: model.apply(features) as Tensor2D, labels }).total;
      return (optimizer.minimize(loss, true, variables) as Scalar).dataSync()[0]!;
    }),
  );
  return [losses[0]!, losses.at(-1)!];
}

const kernelOf = (model: LayersModel, layer: string) =>
  model.getLayer(layer).getWeights()[0]!.dataSync().slice();
type Kernel = ReturnType<typeof kernelOf>;
const moved = (before: Kernel, after: Kernel): number =>
  Math.max(...before.map((value, i) => Math.abs(value - after[i]!)));
const say = (what: string, [first, last]: [number, number]): void => {
  console.log(`${what}: ${first.toFixed(4)} to ${last.toFixed(4)}`);
};

const where = mkdtempSync(path.join(os.tmpdir(), 'fine-tuning-'));
const first = detector();
say(
  'cross-entropy on the first scene',
  trainOn(scene(1, 600), first, criterion(crossEntropy({ normalizer: 'positives' }))),
);
await first.save(folder(where));

const model = await loadLayersModel(folder(where));
model.getLayer('backbone').trainable = false;
const before = { backbone: kernelOf(model, 'backbone'), head: kernelOf(model, 'head') };
say('focal loss on the second', trainOn(scene(2, 600, -2), model, criterion(focal())));
console.log(`backbone moved by ${moved(before.backbone, kernelOf(model, 'backbone'))}`);
console.log(`head moved by ${moved(before.head, kernelOf(model, 'head')).toFixed(2)}`);
rmSync(where, { recursive: true });
