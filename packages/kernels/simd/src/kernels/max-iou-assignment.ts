import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel, wholeOutput } from '../runtime/kernel.ts';
import { call, floatsOf } from './functions.ts';

/** As in core, where they are explained. */
interface MaxIouAssignmentAttributes {
  readonly positiveIou: number;
  readonly negativeLow: number;
  readonly negativeHigh: number;
  readonly lowQuality: keyof typeof LOW_QUALITY;
  readonly minPositiveIou: number;
  readonly matchZero: boolean;
  readonly assignAllTies: boolean;
  readonly ignoreIofThreshold: number;
  readonly ignoreByAnchorArea: boolean;
}

const LOW_QUALITY = { none: 0, reassign: 1, promote: 2 } as const;

/** Max-IoU assignment: four anchors at a time, in blocks of which those far from a ground truth are passed over. */
export const maxIouAssignmentKernels: readonly KernelConfig[] = defineKernel<
  'anchors' | 'boxes' | 'ignored',
  MaxIouAssignmentAttributes
>('MaxIouAssignment', {
  run(space, inputs, attributes) {
    const [size, boxCount, ignoredCount] = [inputs.anchors, inputs.boxes, inputs.ignored].map(
      ({ shape }) => shape[0]!,
    ) as [number, number, number];
    const assigned = wholeOutput(space, [size], 'int32');
    const overlap = wholeOutput(space, [size], 'float32');
    const anchors = floatsOf(space, inputs.anchors);
    const [boxes, ignored] = [floatsOf(space, inputs.boxes), floatsOf(space, inputs.ignored)];
    const scratch = space.scratch(call(space, 'maxIouBytes', size, boxCount));
    const { positiveIou, negativeLow, negativeHigh, lowQuality, minPositiveIou } = attributes;
    const { matchZero, assignAllTies, ignoreIofThreshold, ignoreByAnchorArea } = attributes;
    const rows = [anchors, boxes, ignored, size, boxCount, ignoredCount] as const;
    const thresholds = [positiveIou, negativeLow, negativeHigh] as const;
    const forced = [LOW_QUALITY[lowQuality], minPositiveIou, matchZero, assignAllTies] as const;
    const outside = [ignoreIofThreshold, ignoreByAnchorArea] as const;
    const outputs = [assigned.at, overlap.at] as const;
    call(space, 'maxIouAssignment', ...rows, ...thresholds, ...forced, ...outside, ...outputs, scratch);
    return [assigned.tensor(), overlap.tensor()];
  },
});
