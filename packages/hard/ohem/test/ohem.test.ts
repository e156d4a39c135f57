import { criterion, seededRandom } from '@equipoise/core';
import { hardExamples, ohem, type OhemOptions } from '@equipoise/ohem';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { BACKENDS } from './backends.ts';
import {
  boxLoss,
  CLASSES,
  classificationLoss,
  iou,
  isNegative,
  isPositive,
  randomScene,
  samplesOf,
  type Scene,
} from './scene.ts';

/** What each preset chooses, in plain loops; and the divisors of both losses. */
function oracle(scene: Scene, options: Partial<OhemOptions>) {
  const preset = options.preset ?? 'paper';
  const { count = 6 } = options;
  const nms = options.nmsThreshold ?? (preset === 'mmdet' || preset === 'r-fcn' ? 1 : 0.7);
  const all = scene.labels.map((_, i) => i).filter((i) => isPositive(scene, i) || isNegative(scene, i));
  const score = (i: number) => {
    const [c, b] = [classificationLoss(scene, i), boxLoss(scene, i)];
    if (preset === 'mmdet') return c;
    return preset === 'tf' ? 0.05 * c + 0.06 * b : c + b;
  };
  const descending = all.toSorted((a, b) => score(b) - score(a) || a - b);
  const boxOf = (i: number) =>
    preset === 'tf' ? scene.anchors[i]!.map((x, k) => x + 10 * scene.deltas[i]![k]!) : scene.anchors[i]!;
  const together = (a: number, b: number) =>
    scene.image[a] === scene.image[b] && (preset !== 'official' || scene.labels[a] === scene.labels[b]);
  const left: number[] = [];
  for (const i of descending) {
    const offset = preset === 'official' ? 1 : 0;
    if (nms === 1 || !left.some((j) => together(i, j) && iou(boxOf(i), boxOf(j), offset) > nms)) left.push(i);
  }
  const chosen: number[] = [];
  const images = preset === 'official' ? [undefined] : [0, 1];
  for (const image of images) {
    const here = left.filter((i) => image === undefined || scene.image[i] === image);
    const positives = here.filter((i) => isPositive(scene, i));
    const negatives = here.filter((i) => isNegative(scene, i));
    if (preset === 'mmdet') {
      const taken = positives.slice(0, Math.floor(count * (options.positiveFraction ?? 0.25)));
      const ub = options.maxNegativesPerPositive ?? -1;
      const free = count - taken.length;
      const bound = ub < 0 ? free : Math.min(free, Math.floor(ub * Math.max(1, taken.length)));
      chosen.push(...taken, ...negatives.slice(0, bound));
      continue;
    }
    const top = here.slice(0, count);
    const ratio = options.maxNegativesPerPositive ?? -1;
    const kept = top.filter((i) => isPositive(scene, i));
    const bound = ratio < 0 ? count : Math.max(options.minNegatives ?? 0, Math.floor(ratio * kept.length));
    chosen.push(...kept, ...top.filter((i) => isNegative(scene, i)).slice(0, bound));
  }
  const positives = chosen.filter((i) => isPositive(scene, i)).length;
  const ofBatch = all.filter((i) => isPositive(scene, i)).length;
  const classification = Math.max(1, preset === 'tf' ? ofBatch : chosen.length);
  const box = preset === 'paper' ? Math.max(1, positives) : classification;
  return { chosen: new Set(chosen), classification, box };
}

const variants: Partial<OhemOptions>[] = [
  {},
  { nmsThreshold: 1 },
  { nmsThreshold: 0.3 },
  { preset: 'official' },
  { preset: 'mmdet', count: 8 },
  { preset: 'mmdet', count: 8, maxNegativesPerPositive: 1.5 },
  { preset: 'r-fcn' },
  { preset: 'tf' },
  { preset: 'tf', maxNegativesPerPositive: 1.5, minNegatives: 1 },
];

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test.each(variants)(
    '%j: choice, losses and gradient equal a plain oracle in double precision',
    async (options) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 1e9 }),
          fc.integer({ min: 1, max: 50 }),
          async (seed, n) => {
            const scene = randomScene(seed, n);
            const wanted = oracle(scene, options);
            const samples = samplesOf(scene);
            const loss = criterion(ohem({ count: 6, ...options }));
            const of = (z: tf.Tensor, d: tf.Tensor) =>
              loss.loss({ ...samples, logits: z as tf.Tensor2D, deltas: d as tf.Tensor2D });
            const result = of(samples.logits, samples.deltas!);
            const weights = await result.weights.classification.data();
            expect([...weights.keys()].filter((i) => weights[i]! > 0)).toEqual(
              [...wanted.chosen].toSorted((a, b) => a - b),
            );
            const sums = [0, 0] as [number, number];
            for (const i of wanted.chosen) {
              sums[0] += classificationLoss(scene, i) / wanted.classification;
              sums[1] += boxLoss(scene, i) / wanted.box;
            }
            expect((await result.classification.data())[0]).toBeCloseTo(sums[0], 4);
            expect((await result.box.data())[0]).toBeCloseTo(sums[1], 4);
            const gradient = await tf
              .grad((z) => of(z, samples.deltas!).total)(samples.logits)
              .data();
            scene.logits.flat().forEach((z, at) => {
              const [i, c] = [Math.floor(at / CLASSES), at % CLASSES];
              const slope = 1 / (1 + Math.exp(-z)) - Number(scene.labels[i] === c);
              expect(gradient[at]).toBeCloseTo(wanted.chosen.has(i) ? slope / wanted.classification : 0, 5);
            });
            const byDeltas = await tf
              .grad((d) => of(samples.logits, d).total)(samples.deltas!)
              .data();
            scene.deltas.flat().forEach((d, at) => {
              const i = Math.floor(at / 4);
              const sign = Math.sign(d - scene.targets.flat()[at]!);
              const trains = wanted.chosen.has(i) && isPositive(scene, i);
              expect(byDeltas[at]).toBeCloseTo(trains ? sign / wanted.box : 0, 5);
            });
          },
        ),
        { numRuns: 12 },
      );
    },
  );

  test('without NMS and with room for all it is the plain loss', async () => {
    const scene = randomScene(4, 40);
    const loss = criterion(ohem({ nmsThreshold: 1, count: 40 })).loss(samplesOf(scene));
    const all = scene.labels.map((_, i) => i).filter((i) => isPositive(scene, i) || isNegative(scene, i));
    const sum = all.reduce((total, i) => total + classificationLoss(scene, i), 0);
    expect((await loss.classification.data())[0]).toBeCloseTo(sum / all.length, 4);
  });

  test('of equal losses the lower index trains', async () => {
    const scene = { ...randomScene(1, 6, 0), labels: [2, 2, 2, 2, 2, 2], weights: [1, 1, 1, 1, 1, 1] };
    const same = { ...scene, logits: scene.labels.map(() => [1, 1]), image: [0, 0, 0, 1, 1, 1] };
    for (const options of [{ count: 2 }, { count: 2, nmsThreshold: 1 }]) {
      const apart = same.labels.map((_, i) => [100 * i, 0, 100 * i + 9, 9]);
      const [weights] = ohem(options).apply(
        samplesOf({ ...same, anchors: apart }),
        undefined,
        seededRandom(0),
      );
      expect([...(await weights.classification.data())]).toEqual([1, 1, 0, 1, 1, 0]);
    }
  });

  test('golden: the official code, by descending loss', async () => {
    const { inputs, outputs } = JSON.parse(
      readFileSync(new URL('fixtures/ohem-official.json', import.meta.url), 'utf8'),
    ) as {
      inputs: { rois: number[][]; labels: number[]; loss: number[]; batch_size: number };
      outputs: { selected_with_nms: number[]; selected_without_nms: number[] };
    };
    const samples = {
      logits: tf.zeros<tf.Rank.R2>([24, 2]),
      labels: tf.tensor1d(
        inputs.labels.map((label) => (label === 0 ? 2 : label - 1)),
        'int32',
      ),
      anchors: tf.tensor2d(inputs.rois.map((roi) => roi.slice(1))),
      image: tf.tensor1d(
        inputs.rois.map(([image]) => image!),
        'int32',
      ),
      imageCount: 2,
    };
    const options = { preset: 'official', count: inputs.batch_size } as const;
    const losses = tf.tensor1d(inputs.loss);
    const select = async (nmsThreshold: number) => [
      ...(await hardExamples(samples, losses, { ...options, nmsThreshold }).indices.data()),
    ];
    expect(await select(0.7)).toEqual(outputs.selected_with_nms);
    expect(await select(1)).toEqual(outputs.selected_without_nms);
  });

  test("TensorFlow's own cases of HardExampleMiner", async () => {
    const [loc, cls] = [
      [100, 90, 80, 0, 0, 1, 2, 3],
      [0, 10, 50, 110, 9, 6, 3, 0],
    ];
    const [big, small] = [
      [0.1, 0.1, 0.9, 0.9],
      [0.9, 0.9, 0.99, 0.99],
    ];
    const samplesWith = (boxes: number[][]) => ({
      logits: tf.zeros<tf.Rank.R2>([8, 1]),
      labels: tf.ones<tf.Rank.R1>([8], 'int32'),
      anchors: tf.tensor2d([...boxes, ...boxes]),
      deltas: tf.zeros<tf.Rank.R2>([8, 4]),
      image: tf.tensor1d([0, 0, 0, 0, 1, 1, 1, 1], 'int32'),
      imageCount: 2,
    });
    const sums = async (boxes: number[][], losses: number[], count: number, nmsThreshold: number) => {
      const options = { preset: 'tf', count, nmsThreshold } as const;
      const { indices, mask } = hardExamples(samplesWith(boxes), tf.tensor1d(losses), options);
      const [order, kept] = [await indices.data(), await mask.data()];
      const chosen = [...order].filter((_, k) => kept[k] === 1);
      return [loc, cls].map((of) => chosen.reduce((sum, i) => sum + of[i]!, 0));
    };
    const both = cls.map((c, i) => c + loc[i]!);
    expect(await sums([big, big, big, big], both, 1, 0)).toEqual([80, 59]);
    expect(await sums([big, small, big, big], cls, 2, 0.5)).toEqual([91, 135]);
  });

  test('the official NMS counts sides one pixel longer', async () => {
    // IoU 70 / 100, which is not above .7; with longer sides 88 / 121.
    const samples = {
      logits: tf.zeros<tf.Rank.R2>([2, 1]),
      labels: tf.ones<tf.Rank.R1>([2], 'int32'),
      anchors: tf.tensor2d([
        [0, 0, 10, 10],
        [0, 0, 10, 7],
      ]),
    };
    const kept = async (preset: 'official' | 'paper') => [
      ...(await hardExamples(samples, tf.tensor1d([2, 1]), { preset, count: 2 }).mask.data()),
    ];
    expect(await kept('official')).toEqual([1, 0]);
    expect(await kept('paper')).toEqual([1, 1]);
  });

  test('label weights count in the order', async () => {
    const samples = {
      logits: tf.zeros<tf.Rank.R2>([2, 1]),
      labels: tf.ones<tf.Rank.R1>([2], 'int32'),
      weights: tf.tensor1d([0.1, 1]),
    };
    const { indices } = hardExamples(samples, tf.tensor1d([5, 1]), { nmsThreshold: 1 });
    expect([...(await indices.data())]).toEqual([1, 0]);
  });

  test('entries are summed over classes, and padding is marked', async () => {
    const samples = { logits: tf.zeros<tf.Rank.R2>([4, 2]), labels: tf.tensor1d([2, -1, 0, 2], 'int32') };
    const losses = tf.tensor2d([
      [3, 0],
      [9, 9],
      [2, 2],
      [1, 1],
    ]);
    const { indices, mask } = hardExamples(samples, losses, { nmsThreshold: 1, count: 4 });
    expect([...(await indices.data())].slice(0, 3)).toEqual([2, 0, 3]);
    expect([...(await mask.data())]).toEqual([1, 1, 1, 0]);
  });
});

test('the official cap: losses above 36.04 tie', async () => {
  await tf.setBackend('cpu');
  const samples = {
    ...samplesOf({ ...randomScene(1, 3, 0), labels: [2, 2, 2], weights: [1, 1, 1], image: [0, 0, 0] }),
    logits: tf.tensor2d([
      [38, -60],
      [70, -60],
      [20, -60],
    ]),
  };
  const chosen = async (preset: 'official' | 'paper') => {
    const options = { preset, count: 1, nmsThreshold: 1 } as const;
    return [...(await ohem(options).apply(samples, undefined, seededRandom(0))[0].classification.data())];
  };
  expect(await chosen('paper')).toEqual([0, 1, 0]);
  expect(await chosen('official')).toEqual([1, 0, 0]);
});

test('names, needs and refusals', async () => {
  await tf.setBackend('cpu');
  expect(ohem().needs).toEqual(['anchors', 'deltas', 'deltaTargets']);
  expect(ohem({ preset: 'mmdet' }).needs).toEqual([]);
  expect(ohem({ nmsThreshold: 1 }).needs).toEqual(['deltas', 'deltaTargets']);
  expect(structuredClone(ohem({ preset: 'tf' }).options)).toMatchObject({
    count: 64,
    classificationWeight: 0.05,
  });
  expect(() => ohem({ preset: 'caffe' as never })).toThrow(
    "@equipoise/ohem: option preset: expected one of paper, official, mmdet, r-fcn, tf, got 'caffe'",
  );
  expect(() => ohem({ positiveFraction: 2 })).toThrow(
    'option positiveFraction: expected a number in [0, 1], or -1, got 2',
  );
  const samples = { logits: tf.zeros<tf.Rank.R2>([2, 1]), labels: tf.zeros<tf.Rank.R1>([2], 'int32') };
  expect(() => hardExamples(samples, tf.zeros<tf.Rank.R1>([2]))).toThrow(
    '@equipoise/core: samples.anchors: expected a tensor, which ohem needs',
  );
  expect(() => hardExamples(samples, tf.zeros<tf.Rank.R1>([3]), { nmsThreshold: 1 })).toThrow(
    'losses: expected 2 rows',
  );
});
