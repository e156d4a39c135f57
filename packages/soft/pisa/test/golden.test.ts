import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import type { Samples, SampleStrategy, Task } from '@equipoise/core';
import { criterion, defaultTask, deltaCoder, matchedOverlaps, seededRandom, smoothL1 } from '@equipoise/core';
import type { IsrPOptions } from '@equipoise/pisa';
import { carl, isrP, mmdetGroundTruthIds, sampleByScoreHlr } from '@equipoise/pisa';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { mul, tensor1d, tensor2d, valueAndGrads } from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What mmdetection 3.3 made of it; see fixtures/extract.ts. */
interface Case {
  readonly inputs: Readonly<Record<string, number | number[] | number[][]>>;
  readonly outputs: Readonly<Record<string, number[] | number[][]>>;
}
const { cases, permutations } = JSON.parse(
  readFileSync(new URL('fixtures/mmdet.json', import.meta.url), 'utf8'),
) as { cases: Record<string, Case>; permutations: number[][] };

const CLASSES = 3;

const number = ({ inputs }: Case, field: string): number => inputs[field] as number;
const list = (record: Case['inputs'], field: string): number[] => record[field] as number[];
const rows = (record: Case['inputs'], field: string): number[][] => record[field] as number[][];

/** The deltas of a class, where a row holds those of every class. */
function deltasOf(rows: number[][], classOf: (i: number) => number): Tensor2D {
  return tensor2d(
    rows.map((row, i) => (row.length === 4 ? row : row.slice(4 * classOf(i), 4 * classOf(i) + 4))),
  );
}

function isrSamples({ inputs }: Case, activation: Task['activation']): Samples {
  const labels = list(inputs, 'labels');
  const ids = [...mmdetGroundTruthIds(rows(inputs, 'pos_assigned_gt_inds'))];
  return {
    logits: tensor2d(rows(inputs, 'cls_score')),
    labels: tensor1d(labels, 'int32'),
    weights: tensor1d(list(inputs, 'label_weights')),
    groundTruth: tensor1d(
      labels.map((label) => (label < CLASSES ? ids.shift()! : -1)),
      'int32',
    ),
    deltas: deltasOf(rows(inputs, 'bbox_pred'), (i) => Math.min(labels[i]!, CLASSES - 1)),
    deltaTargets: tensor2d(rows(inputs, 'bbox_targets')),
    anchors: tensor2d(rows(inputs, inputs['rois'] ? 'rois' : 'anchors').map((row) => row.slice(-4))),
    task: { ...defaultTask, activation, coder: deltaCoder({ clamp: 'mmdet' }) },
  };
}

/** Where numbers are not near the reference's. */
function far(got: ArrayLike<number>, wanted: readonly number[]): string[] {
  if (got.length !== wanted.length) return [`${got.length} numbers, not ${wanted.length}`];
  return wanted.flatMap((value, i) =>
    Math.abs(got[i]! - value) < 1e-5 * Math.abs(value) + 1e-6 ? [] : [`${i}: ${got[i]}, not ${value}`],
  );
}

test('isr_p over softmax cross-entropy', () => {
  const given = cases['mmdet_isr_p_softmax']!;
  const samples = isrSamples(given, 'softmax');
  const positive = list(given.inputs, 'labels').map((label) => label < CLASSES);
  expect(
    far(
      matchedOverlaps(samples)
        .dataSync()
        .filter((_, i) => positive[i]),
      list(given.outputs, 'pos_ious'),
    ),
  ).toEqual([]);
  for (const [name, options] of [
    ['label_weights_k2_b0', { k: 2, bias: 0 }],
    ['label_weights_k1_5_b0_3', { k: 1.5, bias: 0.3 }],
  ] as const) {
    for (const preset of ['paper', 'mmdet'] as const) {
      expect(far(weightsOf(isrP({ ...options, preset }), samples), list(given.outputs, name))).toEqual([]);
    }
  }
});

test('isr_p over focal loss', () => {
  const given = cases['mmdet_isr_p_focal']!;
  const samples = isrSamples(given, 'sigmoid');
  const labels = list(given.inputs, 'labels');
  // α_t (1 − p_t)^γ of every entry, by hand.
  const modulators = rows(given.inputs, 'cls_score').map((row, i) =>
    row.map((z, c) => {
      const p = 1 / (1 + Math.exp(-z));
      return c === labels[i] ? 0.25 * (1 - p) ** 2 : 0.75 * p ** 2;
    }),
  );
  const focal: SampleStrategy = {
    kind: 'soft',
    name: 'focal',
    options: {},
    needs: [],
    init() {},
    apply: (_, state, random) => {
      const [weights] = isrP({ k: 0 }).apply(samples, state, random);
      return [{ ...weights, classification: tensor2d(modulators) }, undefined];
    },
  };
  const options: Partial<IsrPOptions> = { preset: 'mmdet' };
  const after = weightsOf(isrP(options, focal), samples);
  expect(
    far(
      modulators.map((row, i) => after[CLASSES * i]! / row[0]!),
      list(given.outputs, 'label_weights'),
    ),
  ).toEqual([]);
});

function weightsOf(strategy: SampleStrategy, samples: Samples): ArrayLike<number> {
  const [weights] = strategy.apply(samples, undefined, seededRandom(0));
  return weights.classification.dataSync();
}

test.each(['softmax', 'sigmoid'] as const)('carl_loss, %s', (activation) => {
  const given = cases[`mmdet_carl_${activation}`]!;
  const { inputs, outputs } = given;
  const labels = list(inputs, 'labels');
  const positives = labels.filter((label) => label < CLASSES).length;
  const classOf = (i: number): number => Math.min(labels[i]!, CLASSES - 1);
  const strategy = carl({ k: number(given, 'k'), bias: number(given, 'bias'), added: false });
  const loss = (logits: Tensor, deltas: Tensor): Scalar =>
    mul(
      criterion(strategy, { activation, boxLoss: smoothL1({ beta: 1 }) }).loss({
        logits: logits as Tensor2D,
        labels: tensor1d(labels, 'int32'),
        deltas: deltas as Tensor2D,
        deltaTargets: tensor2d(rows(inputs, 'bbox_targets')),
      }).box,
      positives / number(given, 'avg_factor'),
    );
  const { value, grads } = valueAndGrads(loss)([
    tensor2d(rows(inputs, 'cls_score')),
    deltasOf(rows(inputs, 'bbox_pred'), classOf),
  ]);
  expect(far(value.dataSync(), list(outputs, 'loss'))).toEqual([]);
  expect(far(grads[0]!.dataSync(), rows(outputs, 'grad_cls').flat())).toEqual([]);
  expect(
    far(
      grads[1]!.dataSync(),
      rows(outputs, 'grad_bbox').flatMap((row, i) => row.slice(4 * classOf(i), 4 * classOf(i) + 4)),
    ),
  ).toEqual([]);
});

test.each(['mmdet_score_hlr_num12', 'mmdet_score_hlr_num40'])('ScoreHLRSampler, %s', async (name) => {
  const given = cases[name]!;
  const { inputs, outputs } = given;
  const scores = rows(inputs, 'cls_score');
  const samples: Samples = {
    logits: tensor2d(scores),
    labels: tensor1d(
      list(inputs, 'gt_inds').map((truth) => (truth > 0 ? 0 : CLASSES)),
      'int32',
    ),
    deltas: deltasOf(rows(inputs, 'bbox_pred'), (i) => {
      const own = scores[i]!.slice(0, CLASSES);
      return own.indexOf(Math.max(...own));
    }),
    anchors: tensor2d(rows(inputs, 'priors')),
    task: { ...defaultTask, activation: 'softmax', coder: deltaCoder({ clamp: 'mmdet' }) },
  };
  const asked: number[] = [];
  const chosen = await sampleByScoreHlr(
    samples,
    {
      preset: 'mmdet',
      count: number(given, 'num'),
      positiveFraction: number(given, 'pos_fraction'),
      k: number(given, 'k'),
      bias: number(given, 'bias'),
      scoreThreshold: number(given, 'score_thr'),
      iouThreshold: number(given, 'iou_thr'),
    },
    (count) => {
      asked.push(count);
      return Int32Array.from(permutations[count]!);
    },
  );
  expect(asked.length).toBe(name.endsWith('40') ? 1 : 0);
  expect([...chosen.positives]).toEqual(list(outputs, 'pos_inds'));
  expect([...chosen.negatives]).toEqual(list(outputs, 'neg_inds'));
  expect(far(chosen.negativeWeights, list(outputs, 'neg_label_weights'))).toEqual([]);
});
