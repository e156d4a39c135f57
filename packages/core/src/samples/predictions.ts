import type { NamedTensorMap, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { sigmoid, softmax, tidy } from '@tensorflow/tfjs-core';
import { alignedOverlaps } from '../boxes/overlaps.ts';
import { EquipoiseError } from '../errors.ts';
import { detach } from '../operations/detach.ts';
import { maskedRows } from '../operations/masked-rows.ts';
import { unrecorded } from '../operations/unrecorded.ts';
import { positives } from './masks.ts';
import { once } from './once.ts';
import type { Samples } from './samples.ts';
import { defaultTask } from './task.ts';

/** Class probabilities: [n, C] with sigmoid, [n, C+1] with softmax. Detached. */
export function probabilities(samples: Samples): Tensor2D {
  const activation = samples.task?.activation === 'softmax' ? softmax : sigmoid;
  return once(samples, 'probabilities', () => tidy(() => activation(detach(samples.logits))));
}

/** [n, 4] the predicted boxes, x1 y1 x2 y2 in pixels. Detached. */
export function decodedBoxes(samples: Samples): Tensor2D {
  return once(samples, 'decodedBoxes', () => decode(samples, 'deltas'));
}

/** [n] IoU of each positive's predicted box with the box it should be; 0 at the other samples. Detached. */
export function matchedOverlaps(samples: Samples): Tensor1D {
  return once(samples, 'matchedOverlaps', () => overlapsWhere(samples, positives(samples)));
}

/** [n] IoU of the predicted box with the box it should be, of each sample of a [n] mask; 0 at the other samples. Detached. */
export function overlapsWhere(samples: Samples, mask: Tensor1D): Tensor1D {
  const { anchors, deltas, deltaTargets, task = defaultTask } = withBoxes(samples);
  const of = (rows: NamedTensorMap): Tensor1D =>
    predictedOverlaps({ ...(rows as unknown as Required<BoxFields>), task });
  const inputs = { mask: detach(mask), anchors, deltas: detach(deltas), deltaTargets };
  return unrecorded(() => maskedRows(inputs, { of }) as Tensor1D);
}

/** [n] IoU of the predicted box of each sample with the box that its targets say, if they say one. Detached. */
export function predictedOverlaps(
  samples: Pick<Samples, 'anchors' | 'deltas' | 'deltaTargets' | 'task'>,
): Tensor1D {
  const { anchors, deltas, deltaTargets, task = defaultTask } = withBoxes(samples);
  return unrecorded(() =>
    alignedOverlaps(task.coder.decode(anchors, deltas), task.coder.decode(anchors, deltaTargets), 'iou'),
  );
}

type BoxFields = Pick<Samples, 'anchors' | 'deltas' | 'deltaTargets'>;

function withBoxes<S extends BoxFields>(samples: S): S & { readonly [Field in keyof BoxFields]-?: Tensor2D } {
  const { anchors, deltas, deltaTargets } = samples;
  if (!anchors || !deltas || !deltaTargets) {
    throw missing(!anchors ? 'anchors' : deltas ? 'deltaTargets' : 'deltas');
  }
  return { ...samples, anchors, deltas, deltaTargets };
}

function decode(samples: Samples, field: 'deltas' | 'deltaTargets'): Tensor2D {
  const { anchors, task = defaultTask } = samples;
  const deltas = samples[field];
  if (!anchors || !deltas) {
    throw missing(anchors ? field : 'anchors');
  }
  return tidy(() => task.coder.decode(anchors, detach(deltas)));
}

function missing(field: string): EquipoiseError {
  return new EquipoiseError({
    package: '@equipoise/core',
    subject: `samples.${field}`,
    expected: 'a tensor, to decode boxes',
    actual: undefined,
  });
}
