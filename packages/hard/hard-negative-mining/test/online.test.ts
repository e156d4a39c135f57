import { readFileSync } from 'node:fs';
import { criterion, defaultTask, type Samples, seededRandom, smoothL1 } from '@equipoise/core';
import { hardNegativeMining, type HardNegativeMiningOptions } from '@equipoise/hard-negative-mining';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { BACKENDS } from './backends.ts';

const CLASSES = 2;

/** A batch in plain numbers. */
interface Scene {
  readonly logits: number[][];
  readonly labels: number[];
  readonly weights: number[];
  readonly image: number[];
  readonly overlaps: number[];
  readonly images: number;
}

function randomScene(seed: number, n: number, positiveShare: number): Scene {
  const random = seededRandom(seed);
  const labels = Array.from(random.uniform(n), (u) => {
    if (u < positiveShare) return random.below(CLASSES);
    return u < 0.9 ? CLASSES : -1;
  });
  return {
    labels,
    logits: labels.map(() => [...random.normal(CLASSES + 1)]),
    weights: Array.from(random.uniform(n), (u) => (u < 0.2 ? 0 : Math.fround(0.5 + u))),
    image: labels.map(() => random.below(3)),
    overlaps: [...random.uniform(n)],
    images: 3,
  };
}

const samplesOf = (scene: Scene): Samples => ({
  logits: tf.tensor2d(scene.logits),
  labels: tf.tensor1d(scene.labels, 'int32'),
  weights: tf.tensor1d(scene.weights),
  image: tf.tensor1d(scene.image, 'int32'),
  imageCount: scene.images,
  maxOverlaps: tf.tensor1d(scene.overlaps),
  deltas: tf.zeros<tf.Rank.R2>([scene.labels.length, 4]),
  deltaTargets: tf.ones<tf.Rank.R2>([scene.labels.length, 4]),
});

/** Softmax cross-entropy in double precision. */
function entropy(z: readonly number[], label: number): number {
  const top = Math.max(...z);
  return top + Math.log(z.reduce((sum, x) => sum + Math.exp(x - top), 0)) - z[label]!;
}

/** What each preset does, in plain loops: the weight of every sample, and the divisor. */
function oracle(scene: Scene, options: Partial<HardNegativeMiningOptions>) {
  const { preset = 'corrected', ratio = 3, minNegatives = 0 } = options;
  const all = scene.labels.map((_, i) => i);
  const isPositive = (i: number) => scene.labels[i]! >= 0 && scene.labels[i]! < CLASSES;
  const trains = (i: number) => scene.weights[i]! > 0;
  const weights = all.map(() => 0);
  let normalizer = 0;
  for (let b = 0; b < scene.images; b++) {
    const here = all.filter((i) => scene.image[i] === b);
    const positives = here.filter((i) => isPositive(i) && trains(i));
    const counted = preset === 'mmdet' ? here.filter(isPositive).length : positives.length;
    const negatives = here.filter(
      (i) => scene.labels[i] === CLASSES && trains(i) && (preset !== 'caffe' || scene.overlaps[i]! < 0.5),
    );
    const loss = (i: number) => entropy(scene.logits[i]!, scene.labels[i]!) * scene.weights[i]!;
    let k = Math.max(minNegatives, Math.floor(ratio * counted));
    if (preset === 'paddle' && counted === 0) k = Math.ceil(0.01 * here.length);
    const hardest = negatives.toSorted((a, c) => loss(c) - loss(a) || a - c).slice(0, k);
    for (const i of [...positives, ...hardest]) weights[i]! += scene.weights[i]!;
    if (preset === 'torchvision') {
      for (const i of positives.slice(0, Math.max(0, k - hardest.length))) weights[i]! += scene.weights[i]!;
    }
    normalizer += preset === 'mmdet' ? Math.max(1, counted) : counted;
  }
  return { weights, normalizer: preset === 'ssd.pytorch' ? normalizer : Math.max(1, normalizer) };
}

const variants: Partial<HardNegativeMiningOptions>[] = [
  {},
  { ratio: 1.5 },
  { minNegatives: 4 },
  { ratio: 0 },
  { preset: 'caffe' },
  { preset: 'mmdet' },
  { preset: 'torchvision' },
  { preset: 'paddle' },
  { preset: 'ssd.pytorch' },
];

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test.each(variants)(
    '%j: loss, weights and gradient equal a plain oracle in double precision',
    async (options) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 1e9 }),
          fc.integer({ min: 1, max: 60 }),
          fc.constantFrom(0, 0.1, 0.5),
          async (seed, n, positiveShare) => {
            const scene = randomScene(seed, n, positiveShare);
            const wanted = oracle(scene, options);
            fc.pre(wanted.normalizer > 0);
            const loss = criterion(hardNegativeMining(options), {
              activation: 'softmax',
              boxLoss: smoothL1({ beta: 1 }),
            });
            const samples = samplesOf(scene);
            const of = (z: tf.Tensor) => loss.loss({ ...samples, logits: z as tf.Tensor2D });
            const gradient = await tf
              .grad((z) => of(z).classification)(samples.logits)
              .data();
            const result = of(samples.logits);
            const weights = await result.weights.classification.data();
            const total = wanted.weights.map((w, i) =>
              w > 0 ? w * entropy(scene.logits[i]!, scene.labels[i]!) : 0,
            );
            const value = total.reduce((sum, x) => sum + x, 0) / wanted.normalizer;
            const boxes = scene.labels.reduce(
              (sum, label, i) => sum + (label >= 0 && label < CLASSES ? 2 * scene.weights[i]! : 0),
              0,
            );
            expect([...weights]).toEqual(wanted.weights.map((w) => expect.closeTo(w, 6) as number));
            expect((await result.classification.data())[0]).toBeCloseTo(value, 4);
            expect((await result.box.data())[0]).toBeCloseTo(boxes / wanted.normalizer, 4);
            scene.logits.forEach((z, i) => {
              z.forEach((_, c) => {
                const shifted = (by: number) => z.map((x, j) => (j === c ? x + by : x));
                const label = scene.labels[i]!;
                const slope =
                  label < 0 ? 0 : (entropy(shifted(1e-5), label) - entropy(shifted(-1e-5), label)) / 2e-5;
                const expected = (wanted.weights[i]! * slope) / wanted.normalizer;
                expect(gradient[i * (CLASSES + 1) + c]).toBeCloseTo(expected, 5);
              });
            });
          },
        ),
        { numRuns: 15 },
      );
    },
  );

  test('of equal losses the lower index is mined', async () => {
    const samples = {
      logits: tf.zeros<tf.Rank.R2>([7, 1]),
      labels: tf.tensor1d([1, 1, 0, 1, 1, 1, 1], 'int32'),
    };
    const [weights] = hardNegativeMining().apply(samples, undefined, seededRandom(0));
    expect([...(await weights.classification.data())]).toEqual([1, 1, 1, 1, 0, 0, 0]);
  });

  test("golden: mmdetection's SSDHead", async () => {
    const { inputs, outputs } = JSON.parse(
      readFileSync(new URL('fixtures/mmdet-ssd-hnm.json', import.meta.url), 'utf8'),
    ) as {
      inputs: Record<'cls_score' | 'bbox_pred' | 'bbox_targets', number[][]> &
        Record<'labels' | 'label_weights', number[]>;
      outputs: { loss_cls: number[]; loss_bbox: number; grad_cls: number[][] };
    };
    const strategy = hardNegativeMining({ preset: 'mmdet' });
    const loss = criterion(strategy, { activation: 'softmax', boxLoss: smoothL1({ beta: 1 }) });
    const rest = {
      labels: tf.tensor1d(inputs.labels, 'int32'),
      weights: tf.tensor1d(inputs.label_weights),
      deltas: tf.tensor2d(inputs.bbox_pred),
      deltaTargets: tf.tensor2d(inputs.bbox_targets),
    };
    const of = (z: tf.Tensor) => loss.loss({ ...rest, logits: z as tf.Tensor2D });
    const logits = tf.tensor2d(inputs.cls_score);
    const { classification, box } = of(logits);
    expect((await classification.data())[0]).toBeCloseTo(outputs.loss_cls[0]!, 4);
    expect((await box.data())[0]).toBeCloseTo(outputs.loss_bbox, 5);
    const gradient = await tf
      .grad((z) => of(z).classification)(logits)
      .data();
    outputs.grad_cls.flat().forEach((wanted, i) => {
      expect(gradient[i]).toBeCloseTo(wanted, 6);
    });
  });
});

describe('what presets do with too few negatives or positives', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  /** Softmax logits over one class and background whose cross-entropy is `loss`. */
  const rowOf = (loss: number, label: number): number[] => {
    const odds = Math.log(Math.expm1(loss));
    return label === 0 ? [0, odds] : [odds, 0];
  };
  const sum = async (preset: HardNegativeMiningOptions['preset'], losses: number[], labels: number[]) => {
    const samples: Samples = {
      logits: tf.tensor2d(losses.map((loss, i) => rowOf(loss, labels[i]!))),
      labels: tf.tensor1d(labels, 'int32'),
    };
    const { classification, weights } = criterion(hardNegativeMining({ preset }), {
      activation: 'softmax',
    }).loss(samples);
    return (await classification.data())[0]! * (await weights.classificationNormalizer.data())[0]!;
  };

  test('torchvision counts three positives twice: 12.5 instead of 6.5', async () => {
    expect(await sum('torchvision', [1, 2, 3, 0.5], [0, 0, 0, 1])).toBeCloseTo(12.5, 4);
    expect(await sum('corrected', [1, 2, 3, 0.5], [0, 0, 0, 1])).toBeCloseTo(6.5, 4);
  });

  test('an image without positives trains nothing, 1 % in paddle, and is NaN in ssd.pytorch', async () => {
    const losses = Array.from({ length: 200 }, (_, i) => 1 + i / 100);
    const labels = losses.map(() => 1);
    expect(await sum('corrected', losses, labels)).toBe(0);
    expect(await sum('paddle', losses, labels)).toBeCloseTo(2.99 + 2.98, 4);
    expect(await sum('ssd.pytorch', losses, labels)).toBeNaN();
  });

  test('caffe ties losses above 87.34', async () => {
    const samples: Samples = {
      logits: tf.tensor2d([
        [0, 100],
        [90, 0],
        [88, 0],
        [95, 0],
        [86, 0],
      ]),
      labels: tf.tensor1d([0, 1, 1, 1, 1], 'int32'),
      maxOverlaps: tf.zeros([5]),
      task: { ...defaultTask, activation: 'softmax' },
    };
    const chosen = async (preset: 'caffe' | 'corrected') => {
      const [weights] = hardNegativeMining({ preset, ratio: 2 }).apply(samples, undefined, seededRandom(0));
      return [...(await weights.classification.data())];
    };
    expect(await chosen('corrected')).toEqual([1, 1, 0, 1, 0]);
    expect(await chosen('caffe')).toEqual([1, 1, 1, 0, 0]);
  });

  test('refuses what it does not know', () => {
    expect(() => hardNegativeMining({ preset: 'ssd' as never })).toThrow(
      "@equipoise/hard-negative-mining: option preset: expected one of corrected, caffe, mmdet, torchvision, paddle, ssd.pytorch, got 'ssd'",
    );
    expect(() => hardNegativeMining({ maxOverlap: 0 })).toThrow(
      'option maxOverlap: expected a number in (0, 1], got 0',
    );
    const loss = criterion(hardNegativeMining({ preset: 'caffe' }));
    const samples = { logits: tf.zeros<tf.Rank.R2>([1, 1]), labels: tf.zeros<tf.Rank.R1>([1], 'int32') };
    expect(() => loss.loss(samples)).toThrow(
      '@equipoise/core: samples.maxOverlaps: expected a tensor, which hard-negative-mining needs',
    );
    expect(structuredClone(hardNegativeMining({ preset: 'paddle' }).options)).toEqual({
      preset: 'paddle',
      ratio: 3,
      minNegatives: 0,
      emptyShare: 0.01,
      maxOverlap: 1,
      normalizer: 'positives',
    });
  });
});
