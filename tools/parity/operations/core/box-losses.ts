import type { BoxLoss } from '@equipoise/core';
import {
  balancedL1,
  boundedIouTerms,
  ciouLoss,
  diouLoss,
  eiouLoss,
  giouLoss,
  iouLoss,
  l1,
  siouLoss,
  smoothL1,
} from '@equipoise/core';
import type { CaseInputs, CaseOperation, CaseOperations, Outputs, ReferenceCase } from '@equipoise/testkit';
import { inputsOf } from '@equipoise/testkit';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { grad, reshape, sum, tensor2d } from '@tensorflow/tfjs-core';
import { scoped, type PendingOutputs } from '../pending.ts';

/** Reference cases of box losses: coordinate by coordinate, and of the IoU family. */
export const boxLossCases: CaseOperations = {
  mmdet_smoothl1: coordinateLossCase(({ name }, inputs) =>
    smoothL1({ beta: inputs.number('beta', betaOf(name)) }),
  ),
  mmdet_l1: coordinateLossCase(() => l1()),
  mmdet_balanced_l1: coordinateLossCase((_, inputs) =>
    balancedL1({
      alpha: inputs.number('alpha', 0.5),
      gamma: inputs.number('gamma', 1.5),
      beta: inputs.number('beta', 1),
    }),
  ),
  mmdet_iou_log_loss: boxLossCase((inputs) => iouLoss({ ...iouOptions(inputs), preset: 'mmdet' })),
  mmdet_iou_linear_loss: boxLossCase((inputs) =>
    iouLoss({ ...iouOptions(inputs), preset: 'mmdet', mode: 'linear' }),
  ),
  mmdet_iou_square_loss: boxLossCase((inputs) =>
    iouLoss({ ...iouOptions(inputs), preset: 'mmdet', mode: 'square' }),
  ),
  mmdet_giou_loss: boxLossCase((inputs) => giouLoss({ preset: 'mmdet', eps: inputs.number('eps', 1e-7) })),
  mmdet_diou_loss: boxLossCase((inputs) => diouLoss({ preset: 'mmdet', eps: inputs.number('eps', 1e-7) })),
  mmdet_ciou_loss: boxLossCase((inputs) => ciouLoss({ preset: 'mmdet', eps: inputs.number('eps', 1e-7) })),
  mmdet_siou_loss: boxLossCase((inputs) =>
    siouLoss({
      preset: inputs.flag('neg_gamma', false) ? 'mmdet-neg-gamma' : 'mmdet',
      eps: inputs.number('eps', 1e-7),
    }),
  ),
  mmdet_eiou_loss: boxLossCase((inputs) =>
    eiouLoss({ smoothPoint: inputs.number('smooth_point', 0.1), eps: inputs.number('eps', 1e-7) }),
  ),
  mmdet_bounded_iou_loss: { run: boundedIouCase },
  tv_giou_loss: boxLossCase((inputs) => giouLoss({ preset: 'torchvision', eps: inputs.number('eps', 1e-7) })),
  tv_diou_loss: boxLossCase((inputs) => diouLoss({ preset: 'torchvision', eps: inputs.number('eps', 1e-7) })),
  tv_ciou_loss: boxLossCase((inputs) => ciouLoss({ preset: 'torchvision', eps: inputs.number('eps', 1e-7) })),
};

/** A loss that acts on each coordinate by itself, so that all are rows of their own whose other coordinates are right. */
function coordinateLossCase(
  lossOf: (reference: ReferenceCase, inputs: CaseInputs) => BoxLoss,
): CaseOperation {
  return {
    run: (reference) =>
      scoped(() => {
        const inputs = inputsOf(reference);
        const loss = lossOf(reference, inputs);
        const [predicted, target] = [apart(inputs.numbers('pred')), apart(inputs.numbers('target'))];
        const shape: [number, number] = [predicted.shape[0] / 4, 4];
        const total = grad((x) => sum(loss.apply(x as Tensor2D, target)));
        return {
          loss: reshape(loss.apply(predicted, target), shape),
          grad: reshape(sum(total(predicted), 1), shape),
        };
      }),
  };
}

/** [4n, 4] each number in a row of zeros, in the column that it had. */
function apart(values: readonly number[]): Tensor2D {
  const rows = new Float32Array(4 * values.length);
  for (const [i, value] of values.entries()) rows[4 * i + (i % 4)] = value;
  return tensor2d(rows, [values.length, 4]);
}

/** The β of a case that only its name tells: `_b1_9` is 1/9, `_b0.5` is .5. */
function betaOf(name: string): number {
  const [, over, under] = /_b(\d*\.?\d+)(?:_(\d+))?(?:_|$)/.exec(name) ?? [];
  return Number(over ?? 1) / Number(under ?? 1);
}

function boxLossCase(lossOf: (inputs: CaseInputs) => BoxLoss): CaseOperation {
  return {
    run: (reference) =>
      scoped(() => {
        const inputs = inputsOf(reference);
        const [predicted, target] = [inputs.matrix('pred', 4), inputs.matrix('target', 4)];
        return valueAndGradient((x) => lossOf(inputs).apply(x, target), predicted);
      }),
  };
}

function iouOptions(inputs: CaseInputs): {
  readonly mode: 'log' | 'linear' | 'square';
  readonly eps: number;
} {
  const mode = inputs.has('mode') ? (inputs.raw('mode') as 'log' | 'linear' | 'square') : 'log';
  return { mode: inputs.flag('linear', false) ? 'linear' : mode, eps: inputs.number('eps', 1e-6) };
}

function boundedIouCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const target = inputs.matrix('target', 4);
    const options = { beta: inputs.number('beta', 0.2), eps: inputs.number('eps', 1e-3) };
    return valueAndGradient((x) => boundedIouTerms(x, target, options), inputs.matrix('pred', 4));
  });
}

function valueAndGradient(loss: (predicted: Tensor2D) => Tensor, predicted: Tensor2D): PendingOutputs {
  return {
    loss: loss(predicted),
    grad: grad((x) => sum(loss(x as Tensor2D)))(predicted),
  };
}
