import '@tensorflow/tfjs-backend-cpu';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers';
import { criterion, seededRandom } from '@equipoise/core';
import { hardNegativeMining } from '@equipoise/hard-negative-mining';
import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

setWasmPaths(
  path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + path.sep,
);

test.each(['cpu', 'wasm'])(
  'on %s each image keeps min(3 positives, negatives) negatives',
  async (backend) => {
    await tf.setBackend(backend);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1 << 30 }),
        fc.integer({ min: 1, max: 80 }),
        async (seed, n) => {
          const samples = randomSamples({ seed, n, classes: 2, images: 3, positiveShare: 0.3 });
          const [weights] = hardNegativeMining().apply(samples, undefined, seededRandom(seed));
          const kept = await weights.classification.data();
          const labels = await samples.labels.data();
          const image = await samples.image.data();
          for (let b = 0; b < 3; b++) {
            const of = (wanted: (label: number) => boolean) =>
              [...labels.keys()].filter((i) => image[i] === b && wanted(labels[i]!));
            const positives = of((label) => label === 0 || label === 1);
            const negatives = of((label) => label === 2);
            expect(negatives.filter((i) => kept[i] === 1)).toHaveLength(
              Math.min(3 * positives.length, negatives.length),
            );
            expect(positives.every((i) => kept[i] === 1)).toBe(true);
          }
        },
      ),
      { numRuns: 40 },
    );
  },
);

const shared = new URL('../../../../../shared/reference/golden.json', import.meta.url).pathname;
const file = shared;

test.skipIf(!existsSync(file))("golden: mmdetection's SSD mining", async () => {
  const { inputs, outputs } = JSON.parse(readFileSync(file, 'utf8')).cases.mmdet_ssd_hnm;
  const samples = {
    labels: tf.tensor1d(inputs.labels, 'int32'),
    weights: tf.tensor1d(inputs.label_weights, 'float32'),
    deltas: tf.tensor2d(inputs.bbox_pred),
    deltaTargets: tf.tensor2d(inputs.bbox_targets),
  };
  const loss = criterion(hardNegativeMining(), { activation: 'softmax' });
  const gradient = tf.grad(
    (logits) => loss.loss({ ...samples, logits: logits as tf.Tensor2D }).classification,
  )(tf.tensor2d(inputs.cls_score));
  const positives = Math.max(
    1,
    inputs.labels.filter(
      (label: number, i: number) => label < inputs.num_classes && inputs.label_weights[i] > 0,
    ).length,
  );
  const scale = inputs.avg_factor / positives;
  const got = await gradient.data();
  const wanted: number[] = outputs.grad_cls.flat();
  wanted.forEach((value, i) => {
    expect(got[i]).toBeCloseTo(value * scale, 5);
  });
});
