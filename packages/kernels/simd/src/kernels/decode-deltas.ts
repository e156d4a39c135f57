import type { KernelConfig } from '@tensorflow/tfjs-core';
import { defineKernel, sizeOf, whole, wholeOutput } from '../runtime/kernel.ts';
import { call } from './functions.ts';

type FourNumbers = readonly [number, number, number, number];

/** As `DecodeDeltasAttributes` of core. */
interface Attributes {
  readonly means: FourNumbers;
  readonly stds: FourNumbers;
  readonly mostMove: number;
  readonly leastGrowth: number;
  readonly mostGrowth: number;
}

/** Boxes from deltas: both axes at once, eˣ in double precision. */
export const decodeDeltasKernels: readonly KernelConfig[] = defineKernel<'anchors' | 'deltas', Attributes>(
  'DecodeDeltas',
  {
    run(space, { anchors, deltas }, { means, stds, mostMove, leastGrowth, mostGrowth }) {
      const count = sizeOf(anchors) / 4;
      const boxes = wholeOutput(space, anchors.shape, 'float32');
      const inputs = [whole(space, anchors), whole(space, deltas), count] as const;
      const scales = space.scratch(32);
      new Float32Array(space.memory.buffer, scales, 8).set([...stds, ...means]);
      call(
        space,
        'decodeDeltas',
        ...inputs,
        scales,
        scales + 16,
        mostMove,
        leastGrowth,
        mostGrowth,
        boxes.at,
      );
      return boxes.tensor();
    },
  },
);
