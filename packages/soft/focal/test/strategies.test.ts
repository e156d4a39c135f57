import { BACKENDS } from './backends.ts';
import * as oracle from './oracle.ts';
import {
  compose,
  criterion,
  type HardStrategy,
  type Samples,
  seededRandom,
  type SoftStrategy,
  type StrategyState,
  weightsOfSelection,
} from '@equipoise/core';
import {
  asymmetric,
  balancedCrossEntropy,
  classBalanced,
  crossEntropy,
  dr,
  drLoss,
  effectiveNumberWeights,
  eql,
  equalizationV2,
  focal,
  focalStar,
  poly1Focal,
  qualityFocal,
  varifocal,
} from '@equipoise/focal';
import { randomSamples } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

type Any = SoftStrategy<StrategyState>;

const C = 3;
/** Class, background, ignored; one positive of weight 0, one of weight .5. */
const LABELS = [0, 3, 2, -1, 3, 1, 0, 3];
const WEIGHTS = [1, 1, 1, 1, 2, 0, 0.5, 1];
const IMAGE = [0, 0, 0, 0, 1, 1, 1, 2];
const LOGITS = LABELS.map((_, i) => Array.from({ length: C }, (_, c) => Math.sin(3 * i + c) * 3));

function samplesOf(logits: tf.Tensor): Samples {
  const drawn = randomSamples({ seed: 4, n: LABELS.length, classes: C, images: 3 });
  return {
    ...drawn,
    logits: logits as tf.Tensor2D,
    labels: tf.tensor1d(LABELS, 'int32'),
    weights: tf.tensor1d(WEIGHTS),
    image: tf.tensor1d(IMAGE, 'int32'),
    imageCount: 3,
    // Boxes near their targets, so that the IoU is neither 0 nor 1.
    deltas: tf.add(drawn.deltaTargets, 0.3),
  };
}

const logits = () => tf.tensor2d(LOGITS);
const isPositive = LABELS.map((label, i) => label >= 0 && label < C && WEIGHTS[i]! > 0);
const labelWeight = LABELS.map((label, i) => (label < 0 ? 0 : WEIGHTS[i]!));
const positivesOf = (image: number) => isPositive.filter((is, i) => is && IMAGE[i] === image).length;

/** Σ w ℓ(z, y) over entries, in double precision. */
function total(loss: (z: number, y: number, row: number, column: number) => number): number {
  return LOGITS.reduce(
    (sum, row, i) =>
      sum + labelWeight[i]! * row.reduce((of, z, c) => of + loss(z, +(LABELS[i] === c), i, c), 0),
    0,
  );
}

function step<State extends StrategyState>(strategy: SoftStrategy<State>, at: tf.Tensor = logits()) {
  const loss = criterion(strategy);
  const { classification, box } = loss.loss(samplesOf(at));
  return { classification: classification.dataSync()[0]!, box: box.dataSync()[0]!, loss };
}

const gradientOf = (strategy: Any, part: 'classification' | 'box' = 'classification'): number[] => {
  const loss = criterion(strategy);
  return [
    ...tf
      .grad((z) => loss.loss(samplesOf(z))[part])(logits())
      .dataSync(),
  ];
};

/** Chooses samples 0, 2, 4, … */
const everySecond: HardStrategy = {
  kind: 'hard',
  name: 'every-second',
  options: {},
  needs: [],
  init() {},
  apply: (samples) => {
    const mask = tf.tensor1d(LABELS.map((_, i) => +(i % 2 === 0)));
    return [weightsOfSelection(samples, mask, 'selected'), undefined];
  },
};

const strategies: Readonly<Record<string, () => Any>> = {
  'cross-entropy': () => crossEntropy(),
  'balanced-cross-entropy': () => balancedCrossEntropy(),
  focal: () => focal(),
  'focal of mmdet': () => focal({ preset: 'mmdet' }),
  'focal of detectron2': () => focal({ preset: 'detectron2' }),
  'focal of torchvision': () => focal({ preset: 'torchvision' }),
  'focal-star': () => focalStar(),
  'quality-focal': () => qualityFocal(),
  varifocal: () => varifocal(),
  'poly-1-focal': () => poly1Focal(),
  asymmetric: () => asymmetric(),
  dr: () => dr(),
  'equalization-v2': () => equalizationV2(),
  'class-balanced': () => classBalanced({ counts: [5, 500, 50] }),
  eql: () => eql({ frequencies: [0.5, 0.001, 0.001] }),
};

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  describe('the normalisers of focal loss', () => {
    const sum = total((z, y) => oracle.focal(z, y, 0.25, 2));
    const all = isPositive.filter(Boolean).length;
    const perImage = [0, 1, 2].map((image) => Math.max(1, positivesOf(image)));
    const each = LOGITS.reduce(
      (of, row, i) =>
        of +
        (labelWeight[i]! / perImage[IMAGE[i]!]!) *
          row.reduce((r, z, c) => r + oracle.focal(z, +(LABELS[i] === c), 0.25, 2), 0),
      0,
    );

    test.each([
      ['positives', sum / all],
      ['mean', sum / labelWeight.reduce((a, b) => a + b, 0)],
      ['sum', sum],
      ['mmdet', sum / (perImage.reduce((a, b) => a + b, 0) + 2 ** -23)],
      ['detectron2', sum / (0.9 * 100 + 0.1 * all)],
      ['torchvision', each / 3],
    ] as const)('%s', (normalizer, wanted) => {
      expect(step(focal({ normalizer })).classification).toBeCloseTo(wanted, 5);
    });

    test('box losses are divided alike', () => {
      const raw = step(focal()).box * all;
      expect(step(focal({ preset: 'mmdet' })).box).toBeCloseTo(raw / perImage.reduce((a, b) => a + b, 0), 4);
      expect(step(focal({ preset: 'detectron2' })).box).toBeCloseTo(raw / (90 + 0.1 * all), 5);
    });

    test('torchvision divides the box loss of each image by its own positives', () => {
      const [weights] = focal({ preset: 'torchvision' }).apply(
        samplesOf(logits()),
        undefined,
        seededRandom(0),
      );
      const wanted = isPositive.map((is, i) => (is ? labelWeight[i]! / perImage[IMAGE[i]!]! : 0));
      expect([...weights.box.dataSync()]).toEqual(wanted.map(Math.fround));
      expect(weights.boxNormalizer.dataSync()[0]).toBe(3);
    });

    test('the running mean of detectron2 is threaded, saved and restored', async () => {
      const { loss } = step(focal({ preset: 'detectron2' }));
      const saved = JSON.parse(JSON.stringify(await loss.save())) as Awaited<ReturnType<typeof loss.save>>;
      const second = loss.loss(samplesOf(logits())).classification.dataSync()[0]!;
      expect(second).toBeCloseTo(sum / (0.9 * (90 + 0.1 * all) + 0.1 * all), 5);
      const other = criterion(focal({ preset: 'detectron2' }));
      other.restore(saved);
      expect(other.loss(samplesOf(logits())).classification.dataSync()[0]).toBe(second);
    });

    test('a batch of nothing but background counts one positive', () => {
      const samples = { logits: tf.zeros([2, 1]) as tf.Tensor2D, labels: tf.tensor1d([1, 1], 'int32') };
      for (const normalizer of ['positives', 'mmdet', 'torchvision'] as const) {
        const loss = criterion(focal({ normalizer })).loss(samples).classification.dataSync()[0]!;
        expect(loss).toBeCloseTo(2 * oracle.focal(0, 0, 0.25, 2), 5);
      }
    });
  });

  test('presets choose α and the normaliser; options overwrite them; null and -1 are off', () => {
    const inForce = (options: Parameters<typeof focal>[0]) => focal(options).options;
    expect(inForce({})).toEqual({ preset: 'paper', alpha: 0.25, gamma: 2, normalizer: 'positives' });
    expect(inForce({ preset: 'fvcore' })).toMatchObject({ alpha: -1, normalizer: 'sum' });
    expect(inForce({ preset: 'detectron2', alpha: 0.4 })).toMatchObject({
      alpha: 0.4,
      normalizer: 'detectron2',
    });
    expect(inForce({ alpha: null })).toMatchObject({ alpha: -1 });
    const off = step(focal({ alpha: null, normalizer: 'sum' })).classification;
    expect(off).toBeCloseTo(
      total((z, y) => oracle.focal(z, y, null, 2)),
      4,
    );
    expect(() => focal({ preset: 'paddle' as never })).toThrow('option preset: expected one of paper, mmdet');
    expect(() => focal({ alpha: -0.5 })).toThrow('option alpha');
  });

  test('softmax: α_t is 1 − α at background, γ < 1 and saturated logits stay finite', () => {
    const rows = [
      [1, -2, 0.5, 0.2],
      [120, -120, 0, 119],
      [-120, 0, 3, 120],
    ];
    const labels = [2, 0, 3];
    for (const gamma of [0, 0.5, 1, 2]) {
      const loss = criterion(focal({ gamma, normalizer: 'sum' }), { activation: 'softmax' });
      const of = (z: tf.Tensor) =>
        loss.loss({ logits: z as tf.Tensor2D, labels: tf.tensor1d(labels, 'int32') }).classification;
      const wanted = (z: readonly number[], i: number) =>
        -(labels[i] === 3 ? 0.75 : 0.25) *
        oracle.complement(z, labels[i]!) ** gamma *
        oracle.logSoftmax(z)[labels[i]!]!;
      const { value, grad } = tf.valueAndGrad(of)(tf.tensor2d(rows));
      expect(value.dataSync()[0]).toBeCloseTo(
        rows.reduce((s, row, i) => s + wanted(row, i), 0),
        3,
      );
      const slopes = rows.flatMap((row, i) => oracle.slopes((z) => wanted(z, i), row));
      const got = grad.dataSync();
      slopes.forEach((slope, i) =>
        expect(Math.abs(got[i]! - slope)).toBeLessThan(1e-5 + 2e-5 * Math.abs(slope)),
      );
    }
  });

  describe('losses in one piece are sums over entries', () => {
    const all = isPositive.filter(Boolean).length;
    const asl = { gammaPositive: 1, gammaNegative: 4, clip: 0.05 };

    test.each<[string, Any, (z: number, y: number) => number]>([
      [
        'focal star',
        focalStar(),
        (z, y) => (oracle.balance(y, 0.25) * oracle.softplus(2 * (y ? -z : z))) / 2,
      ],
      ['Poly-1', poly1Focal(), (z, y) => oracle.poly1(z, y, 0.25, 2, 1)],
      ['asymmetric', asymmetric(), (z, y) => oracle.asymmetric(z, y, asl)],
    ])('%s', (_name, strategy, loss) => {
      expect(step(strategy).classification).toBeCloseTo(total(loss) / all, 4);
    });

    test('and so do their weights times cross-entropy', () => {
      for (const make of [focalStar, poly1Focal, asymmetric]) {
        const strategy = make({ normalizer: 'sum' }) as Any;
        const { classification } = strategy.apply(samplesOf(logits()), undefined, seededRandom(0))[0];
        const weights = classification.dataSync();
        const sum = LOGITS.flat().reduce(
          (of, z, k) => of + weights[k]! * oracle.binary(z, +(LABELS[Math.floor(k / C)] === k % C)),
          0,
        );
        expect(step(strategy).classification).toBeCloseTo(sum, 4);
      }
    });
  });

  describe('quality is the IoU of the predicted box', () => {
    // One anchor of 10 × 10 whose target is itself; the prediction is moved by 2 pixels: IoU 8/12.
    const one = (z: tf.Tensor, shift: number): Samples => ({
      logits: z as tf.Tensor2D,
      labels: tf.tensor1d([0], 'int32'),
      anchors: tf.tensor2d([[0, 0, 10, 10]]),
      deltas: tf.tensor2d([[shift, 0, 0, 0]]),
      deltaTargets: tf.zeros([1, 4]) as tf.Tensor2D,
    });
    const iou = 8 / 12;

    test.each([
      ['quality focal', qualityFocal, (z: number, q: number) => oracle.quality(z, q, 2)],
      ['varifocal', varifocal, (z: number, q: number) => oracle.varifocal(z, q, 0.75, 2, true)],
    ] as const)('%s: detached, so that the box learns nothing from it', (_name, make, wanted) => {
      const loss = criterion(make());
      const of = (z: tf.Tensor) => loss.loss(one(z, 2)).classification;
      const { value, grad } = tf.valueAndGrad(of)(tf.tensor2d([[0.7]]));
      expect(value.dataSync()[0]).toBeCloseTo(wanted(0.7, iou), 5);
      expect(grad.dataSync()[0]).toBeCloseTo(
        oracle.slope((z) => wanted(z, iou), 0.7),
        5,
      );
      const toDeltas = tf.grad((deltas) =>
        tf.add(
          loss.loss({ ...one(tf.tensor2d([[0.7]]), 2), deltas: deltas as tf.Tensor2D }).classification,
          tf.mul(tf.sum(deltas), 0),
        ),
      )(tf.tensor2d([[2, 0, 0, 0]]));
      expect([...toDeltas.dataSync()].every((value) => value === 0)).toBe(true);
    });

    test('targets that nobody wrote do no harm where there is no positive', () => {
      for (const strategy of [qualityFocal(), varifocal()]) {
        const samples = {
          ...one(tf.tensor2d([[0.7]]), 2),
          labels: tf.tensor1d([1], 'int32'),
          deltaTargets: tf.fill([1, 4], NaN) as tf.Tensor2D,
        };
        const { total } = criterion(strategy).loss(samples);
        expect(Number.isFinite(total.dataSync()[0])).toBe(true);
      }
    });
  });

  test('dr is drLoss of the entries that count, as often as their weight says', () => {
    const mask = (of: number) =>
      tf.tensor2d(
        LABELS.map((label, i) => LOGITS[i]!.map((_, c) => labelWeight[i]! * +(+(label === c) === of))),
      );
    expect(step(dr()).classification).toBeCloseTo(drLoss(logits(), mask(1), mask(0)).dataSync()[0]!, 5);
    const [weights] = dr().apply(samplesOf(logits()), undefined, seededRandom(0));
    const sides = (of: number): number[] =>
      Array.from(weights.classification.dataSync()).filter(
        (_, k) => +(LABELS[Math.floor(k / C)] === k % C) === of,
      );
    const [up, down] = [1, 0].map((of) => sides(of).reduce((a, b) => a + b, 0));
    expect(up).toBeCloseTo(down!, 4);
  });

  test('equalization v2 threads what its classes received', () => {
    const loss = criterion(equalizationV2({ normalizer: 'sum' }));
    const first = loss.loss(samplesOf(logits())).classification.dataSync()[0]!;
    expect(first).toBeCloseTo(total(oracle.binary), 4);
    const received = (of: number, column: number) =>
      LOGITS.reduce((sum, row, i) => {
        const y = +(LABELS[i] === column);
        return sum + (y === of ? labelWeight[i]! * oracle.sigmoid(y ? -row[column]! : row[column]!) : 0);
      }, 0);
    const r = [0, 1, 2].map((c) => oracle.sigmoid(12 * (received(1, c) / (received(0, c) + 1e-10) - 0.8)));
    const second = loss.loss(samplesOf(logits())).classification.dataSync()[0]!;
    const weighted = total((z, y, _, c) => (y ? 1 + 4 * (1 - r[c]!) : r[c]!) * oracle.binary(z, y));
    expect(second).toBeCloseTo(weighted, 3);
  });

  test('class-balanced: the weight of the label counts for its row; background weighs 1 unless it is counted', () => {
    const counts = [5, 500, 50];
    const w = effectiveNumberWeights(counts, 0.99);
    const loss = step(classBalanced({ counts, beta: 0.99, gamma: 1, normalizer: 'sum' })).classification;
    expect(loss).toBeCloseTo(
      total((z, y, i) => (w[LABELS[i]!] ?? 1) * oracle.focal(z, y, null, 1)),
      4,
    );
    const withBackground = [...counts, 1e5];
    const v = effectiveNumberWeights(withBackground, 0.99);
    const counted = step(
      classBalanced({ counts: withBackground, beta: 0.99, normalizer: 'sum' }),
    ).classification;
    expect(counted).toBeCloseTo(
      total((z, y, i) => (v[LABELS[i]!] ?? 0) * oracle.binary(z, y)),
      4,
    );
    expect(() => step(classBalanced({ counts: [1, 2] }))).toThrow('counts');
    expect(() => classBalanced({} as never)).toThrow('option counts');
  });

  test('equalization: objects of other classes do not push a rare class down, background does', () => {
    const frequencies = [0.5, 0.001, 0.001];
    const loss = step(eql({ frequencies, normalizer: 'sum' })).classification;
    const pushed = (y: number, row: number, column: number) =>
      y === 1 || column === 0 || LABELS[row] === C ? 1 : 0;
    expect(loss).toBeCloseTo(
      total((z, y, i, c) => pushed(y, i, c) * oracle.binary(z, y)),
      4,
    );
    expect(() => eql({})).toThrow('option frequencies');
    expect(() => step(eql({ frequencies: [0.1] }))).toThrow('frequencies');
  });

  describe.each(Object.entries(strategies))('%s', (_name, make) => {
    test('gives ignored samples weight 0 and gradient 0', () => {
      const strategy = make();
      const [weights] = strategy.apply(samplesOf(logits()), strategy.init(), seededRandom(0));
      const perRow = weights.classification.size / LABELS.length;
      const values = weights.classification.dataSync();
      const gradient = gradientOf(make());
      LABELS.forEach((_, i) => {
        const ignored = labelWeight[i] === 0;
        const weight = values.slice(i * perRow, (i + 1) * perRow);
        const toward = gradient.slice(i * C, (i + 1) * C);
        expect(weight.some((value) => value > 0) || ignored).toBe(true);
        expect(!ignored || [...weight, ...toward].every((value) => value === 0)).toBe(true);
      });
    });

    test('composes with a hard strategy', () => {
      const both = compose(everySecond, make()) as Any;
      expect(Number.isFinite(step(both).classification)).toBe(true);
    });

    test('options survive structuredClone; unknown ones are refused', () => {
      expect(structuredClone(make().options)).toEqual(make().options);
    });
  });
});

test('strategies of independent classes refuse a softmax task', () => {
  for (const strategy of [
    focalStar(),
    qualityFocal(),
    varifocal(),
    asymmetric(),
    dr(),
    equalizationV2(),
  ] as Any[]) {
    const samples = samplesOf(logits());
    const loss = criterion(strategy, { activation: 'softmax' });
    expect(() => loss.loss(samples)).toThrow("expected 'sigmoid', got 'softmax'");
  }
});
