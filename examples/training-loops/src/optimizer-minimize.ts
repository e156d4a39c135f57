// A loop written by hand: the criterion inside `optimizer.minimize`. Of 500 anchors the 32 of highest loss train.
import { criterion } from '@equipoise/core';
import { ohem } from '@equipoise/ohem';
import { memory, type Scalar, type Tensor2D, tidy, train } from '@tensorflow/tfjs-core';
import { detector, scene } from './scene.ts';

const { features, labels } = scene(1, 500);
const model = detector();
const steps = criterion(ohem({ count: 32, nmsThreshold: 1, boxWeight: 0 }));
const optimizer = train.adam(0.05);

/** Nothing is read back until the loss is asked for; what a step made is freed with it. */
function step(): number {
  const loss = tidy(
    () =>
      optimizer.minimize(
        () => steps.loss({ logits: model.apply(features) as Tensor2D, labels }).total,
        true,
      ) as Scalar,
  );
  const [value] = loss.dataSync();
  loss.dispose();
  return value!;
}

let tensors = 0;
for (let i = 0; i <= 60; i++) {
  const loss = step();
  if (i === 1) tensors = memory().numTensors;
  if (i % 10 === 0) console.log(`step ${i}: mean loss of the 32 hardest ${loss.toFixed(4)}`);
}
console.log(`tensors left behind by 59 steps: ${memory().numTensors - tensors}`);
