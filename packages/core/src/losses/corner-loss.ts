import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { squeeze, sum, tidy } from '@tensorflow/tfjs-core';
import { demandBoxes } from '../boxes/check-boxes.ts';
import type { Corners } from '../boxes/corners.ts';
import { columnsOf } from '../boxes/corners.ts';
import { demand } from '../errors.ts';
import { detach } from '../operations/detach.ts';
import type { BoxLoss } from './box-loss.ts';

/** The loss of decoded boxes, given as columns [n, 1], one number a row. The target is a constant. */
export function cornerLoss(name: string, loss: (predicted: Corners, target: Corners) => Tensor2D): BoxLoss {
  return {
    name,
    compares: 'boxes',
    apply: (predicted, target) => {
      demandPair(predicted, target);
      return tidy(() => {
        // A sum over nothing, so that the result depends on the prediction also where there is none.
        if (predicted.shape[0] === 0) return sum<Tensor1D>(predicted, 1);
        return squeeze<Tensor1D>(loss(columnsOf(predicted), columnsOf(detach(target))), [1]);
      });
    },
  };
}

/** Throws unless both are boxes [n, 4], as many of one as of the other. */
export function demandPair(predicted: Tensor2D, target: Tensor2D): void {
  demandBoxes('predicted', predicted);
  demandBoxes('target', target);
  demand(predicted.shape[0] === target.shape[0], {
    package: '@equipoise/core',
    subject: 'target',
    expected: `as many boxes as predicted (${predicted.shape[0]})`,
    actual: target.shape[0],
  });
}
