import type { Tensor1D } from '@tensorflow/tfjs-core';
import { sub, tidy } from '@tensorflow/tfjs-core';
import { alignedOverlaps } from '../boxes/overlaps.ts';
import type { BoxLoss } from './box-loss.ts';

/** 1 − GIoU of the decoded boxes (Rezatofighi et al. 2019), in [0, 2]. */
export function giouLoss(): BoxLoss {
  return {
    name: 'giou',
    compares: 'boxes',
    apply: (predicted, target) => tidy(() => sub(1, alignedOverlaps(predicted, target, 'giou')) as Tensor1D),
  };
}
