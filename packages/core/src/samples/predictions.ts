import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { sigmoid, softmax, tidy } from '@tensorflow/tfjs-core';
import { alignedOverlaps } from '../boxes/overlaps.ts';
import { EquipoiseError } from '../errors.ts';
import { detach } from '../operations/detach.ts';
import { once } from './once.ts';
import type { Samples } from './samples.ts';
import { defaultTask } from './task.ts';

/** Class probabilities: [n, C] with sigmoid, [n, C+1] with softmax. Detached. */
export function probabilities(samples: Samples): Tensor2D {
  const activation = samples.task?.activation === 'softmax' ? softmax : sigmoid;
  return once(samples, 'probabilities', () => tidy(() => activation(detach(samples.logits)) as Tensor2D));
}

/** [n, 4] the predicted boxes, x1 y1 x2 y2 in pixels. Detached. */
export function decodedBoxes(samples: Samples): Tensor2D {
  return once(samples, 'decodedBoxes', () => decode(samples, 'deltas'));
}

/** [n] IoU of each predicted box with the box it should be; without meaning where a sample is no positive. Detached. */
export function matchedOverlaps(samples: Samples): Tensor1D {
  return once(samples, 'matchedOverlaps', () =>
    tidy(() => alignedOverlaps(decodedBoxes(samples), decode(samples, 'deltaTargets'), 'iou')),
  );
}

function decode(samples: Samples, field: 'deltas' | 'deltaTargets'): Tensor2D {
  const { anchors, task = defaultTask } = samples;
  const deltas = samples[field];
  if (!anchors || !deltas) {
    throw new EquipoiseError({
      package: 'core',
      subject: `samples.${anchors ? field : 'anchors'}`,
      expected: 'a tensor, to decode boxes',
      actual: undefined,
    });
  }
  return tidy(() => task.coder.decode(anchors, detach(deltas)));
}
