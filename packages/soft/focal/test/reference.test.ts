import { BACKENDS } from './backends.ts';
import { readFileSync } from 'node:fs';
import { classTargets } from '@equipoise/core';
import {
  asymmetricLoss,
  asymmetricSingleLabelLoss,
  distributionFocalLoss,
  drLoss,
  eqlv2Loss,
  eqlv2State,
  focalLossOfProbabilities,
  focalStarLoss,
  gaussianFocalLossOfProbabilities,
  poly1CrossEntropy,
  poly1FocalLoss,
  qualityFocalLoss,
  qualityTargets,
  reduceLoss,
  seesawCounts,
  seesawLoss,
  sigmoidFocalLoss,
  softmaxFocalLoss,
  varifocalLoss,
} from '@equipoise/focal';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

type Matrix = number[][];
/** Every input that a case may have. */
interface Inputs {
  readonly logits: Matrix;
  readonly probs: Matrix;
  readonly pred: Matrix;
  readonly targets: Matrix & number[];
  readonly target: Matrix;
  readonly labels: number[];
  readonly label_weights: number[];
  readonly label: number[];
  readonly quality: number[];
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly gamma_pos: number;
  readonly gamma_neg: number;
  readonly clip: number;
  readonly eps: number;
  readonly epsilon: number;
  readonly mu: number;
  readonly p: number;
  readonly q: number;
  readonly num_classes: number;
  readonly avg_factor: number;
  readonly iou_weighted: boolean;
}
interface Step {
  readonly cls_score: Matrix;
  readonly labels: number[];
  readonly loss: number;
  readonly loss_cls: number;
  readonly loss_obj: number;
  readonly grad: Matrix;
  readonly cum_samples: number[];
  readonly pos_neg: number[];
}
interface Case {
  readonly inputs: Inputs;
  readonly outputs: {
    readonly loss: unknown;
    readonly grad: unknown;
    readonly softmax_variant_loss: number;
    readonly steps: Step[];
  };
}

/** Numbers of the references, from golden.json. */
const cases = JSON.parse(readFileSync(new URL('fixtures/reference.json', import.meta.url), 'utf8')) as Record<
  string,
  Case
>;

const matrix = (values: Matrix): tf.Tensor2D => tf.tensor2d(values, undefined, 'float32');
const floats = (values: number[]): tf.Tensor1D => tf.tensor1d(values, 'float32');
const labelsOf = (values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

/** The loss of a stem: of what input it is taken, and how. */
const LOSSES: Record<
  string,
  readonly ['logits' | 'probs' | 'pred', (x: tf.Tensor2D, inputs: Inputs) => tf.Tensor]
> = {
  tv_focal: [
    'logits',
    (z, { targets, alpha, gamma }) => sigmoidFocalLoss(z, matrix(targets), { alpha, gamma }),
  ],
  mmdet_focal_labels: [
    'logits',
    (z, { labels, label_weights, alpha, gamma, avg_factor }) =>
      reduceLoss(sigmoidFocalLoss(z, classTargets(labelsOf(labels), z.shape[1]), { alpha, gamma }), {
        weight: floats(label_weights),
        avgFactor: avg_factor,
      }),
  ],
  mmdet_focal_prob: [
    'probs',
    (p, { labels, avg_factor }) =>
      reduceLoss(focalLossOfProbabilities(p, classTargets(labelsOf(labels), p.shape[1])), {
        avgFactor: avg_factor,
      }),
  ],
  fvcore_focal_star: [
    'logits',
    (z, { targets, alpha, gamma }) => focalStarLoss(z, matrix(targets), { alpha, gamma }),
  ],
  mmdet_qfl: [
    'logits',
    (z, { labels, quality, beta, avg_factor }) =>
      reduceLoss(
        qualityFocalLoss(z, qualityTargets(labelsOf(labels), floats(quality), z.shape[1]), { beta }),
        { avgFactor: avg_factor },
      ),
  ],
  mmdet_dfl: ['logits', (z, { label }) => distributionFocalLoss(z, floats(label))],
  mmdet_vfl: [
    'logits',
    (z, { target, alpha, gamma, iou_weighted }) =>
      varifocalLoss(z, matrix(target), { alpha, gamma, iouWeighted: iou_weighted }),
  ],
  mmdet_gaussian_focal: [
    'pred',
    (p, { target, alpha, gamma }) => gaussianFocalLossOfProbabilities(p, matrix(target), { alpha, gamma }),
  ],
  asl_nograd: ['logits', (z, inputs) => asl(z, inputs, false)],
  asl_opt: ['logits', (z, inputs) => asl(z, inputs, true)],
  asl_single: [
    'logits',
    (z, { targets, gamma_pos, gamma_neg, eps }) =>
      reduceLoss(
        asymmetricSingleLabelLoss(z, labelsOf(targets), {
          gammaPositive: gamma_pos,
          gammaNegative: gamma_neg,
          smoothing: eps,
        }),
      ),
  ],
  poly1_ce: [
    'logits',
    (z, { labels, epsilon }) => reduceLoss(poly1CrossEntropy(z, labelsOf(labels), { epsilon })),
  ],
  poly1_focal: [
    'logits',
    (z, { labels, epsilon, alpha, gamma }) =>
      reduceLoss(poly1FocalLoss(z, classTargets(labelsOf(labels), z.shape[1]), { epsilon, alpha, gamma })),
  ],
  dr_loss: [
    'logits',
    (z, { targets }) => {
      const positive = targets.map((label: number) =>
        Array.from({ length: 5 }, (_, c) => +(label === c + 1)),
      );
      const negative = targets.map((label: number) =>
        Array.from({ length: 5 }, (_, c) => +(label >= 0 && label !== c + 1)),
      );
      return drLoss(z, matrix(positive), matrix(negative));
    },
  ],
};

function asl(z: tf.Tensor2D, inputs: Inputs, factorGradient: boolean): tf.Tensor {
  const { targets, gamma_pos, gamma_neg, clip, eps } = inputs;
  const options = { gammaPositive: gamma_pos, gammaNegative: gamma_neg, clip, eps, factorGradient };
  return reduceLoss(asymmetricLoss(z, matrix(targets), options), { reduction: 'sum' });
}

/** Near in float32; where a reference is NaN, ours must be finite. */
function expectNear(got: unknown, wanted: unknown, absolute: number): void {
  const [ours, theirs] = [got, wanted].map((value) => [value].flat(3).map(Number)) as [number[], number[]];
  const far = theirs.flatMap((value, i) => {
    const near = Number.isNaN(value)
      ? Number.isFinite(ours[i])
      : Math.abs(ours[i]! - value) <= absolute + 1e-4 * Math.abs(value);
    return near ? [] : [`[${i}]: expected ${value}, got ${ours[i]}`];
  });
  expect(far).toEqual([]);
  expect(ours).toHaveLength(theirs.length);
}

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  const simple = Object.entries(cases).flatMap(([name, reference]) => {
    const stem = Object.keys(LOSSES).find((known) => name.startsWith(known));
    return stem ? [{ name, stem, reference }] : [];
  });

  test.each(simple)('$name', async ({ stem, reference: { inputs, outputs } }) => {
    const [input, loss] = LOSSES[stem]!;
    const at = matrix(inputs[input]);
    expectNear(await loss(at, inputs).array(), outputs.loss, 1e-6);
    expectNear(
      await tf
        .grad((x) => loss(x as tf.Tensor2D, inputs))(at)
        .array(),
      outputs.grad,
      1e-7,
    );
  });

  test('mmcv: a mean over rows, of sigmoid and of softmax', async () => {
    const { inputs, outputs } = cases.mmcv_sigmoid_focal_mean!;
    const [z, labels] = [matrix(inputs.logits), labelsOf(inputs.labels)];
    const sigmoid = reduceLoss(tf.sum(sigmoidFocalLoss(z, classTargets(labels, 2)), 1));
    expectNear(await sigmoid.array(), outputs.loss, 1e-6);
    expectNear(await reduceLoss(softmaxFocalLoss(z, labels)).array(), outputs.softmax_variant_loss, 1e-6);
  });

  test('Seesaw threads its counts', async () => {
    const { inputs, outputs } = cases.mmdet_seesaw!;
    const { p, q, eps, avg_factor: avgFactor } = inputs;
    let counts = seesawCounts(inputs.num_classes);
    for (const step of outputs.steps) {
      const before = counts;
      const both = (z: tf.Tensor) => {
        const given = seesawLoss(z as tf.Tensor2D, labelsOf(step.labels), before, { p, q, eps });
        return [given.classification, given.objectness].map((loss) => reduceLoss(loss, { avgFactor }));
      };
      const at = matrix(step.cls_score);
      const [ofClass, ofObject] = both(at);
      expectNear(await ofClass!.array(), step.loss_cls, 1e-6);
      expectNear(await ofObject!.array(), step.loss_obj, 1e-6);
      expectNear(
        await tf
          .grad((z) => tf.addN(both(z)))(at)
          .array(),
        step.grad,
        1e-7,
      );
      counts = seesawLoss(at, labelsOf(step.labels), before).counts;
      expect(await counts.array()).toEqual(step.cum_samples);
    }
  });

  test('EQLv2 threads what it gathered', async () => {
    const { inputs, outputs } = cases.mmdet_eqlv2!;
    const { gamma, mu, alpha } = inputs;
    let state = eqlv2State();
    for (const step of outputs.steps) {
      const before = state;
      const at = matrix(step.cls_score);
      const given = (z: tf.Tensor) =>
        eqlv2Loss(z as tf.Tensor2D, labelsOf(step.labels), before, { gamma, mu, alpha });
      const mean = (z: tf.Tensor) => reduceLoss(tf.sum(given(z).losses, 1));
      expectNear(await mean(at).array(), step.loss, 1e-6);
      expectNear(await tf.grad(mean)(at).array(), step.grad, 1e-7);
      ({ state } = given(at));
      expectNear(await state.ratio.array(), step.pos_neg, 1e-6);
    }
  });
});
