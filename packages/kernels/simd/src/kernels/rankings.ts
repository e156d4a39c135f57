import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from '../runtime/kernel.ts';
import { defineKernel, sizeOf, wholeOutput } from '../runtime/kernel.ts';
import { call, floatsOf } from './functions.ts';

/** As `RankingAttributes` of `@equipoise/ap-loss`. */
interface RankingAttributes {
  readonly delta: number;
}

/** 1 − interpolated AP and its gradient: a radix sort, then walks over the sorted scores in double precision. */
export const averagePrecisionKernels: readonly KernelConfig[] = defineKernel<
  'scores' | 'targets',
  RankingAttributes
>('AveragePrecisionRanking', {
  run(space, inputs, { delta }) {
    const { entries, gradient, scratch } = open(space, inputs);
    const loss = call(space, 'averagePrecision', ...entries, delta, gradient.at, scratch);
    return [scalarOf(space, loss), gradient.tensor()];
  },
});

/** aLRP's ranking, as the one above. */
export const alrpKernels: readonly KernelConfig[] = defineKernel<
  'scores' | 'targets' | 'errors',
  RankingAttributes
>('AlrpRanking', {
  run(space, inputs, { delta }) {
    const { entries, gradient, scratch, size } = open(space, inputs);
    const [scores, targets] = entries;
    const [ranks, shares] = [wholeOutput(space, [size], 'float32'), wholeOutput(space, [size], 'float32')];
    const errors = floatsOf(space, inputs.errors);
    const outputs = [gradient.at, ranks.at, shares.at] as const;
    const loss = call(space, 'alrp', scores, targets, errors, size, delta, ...outputs, scratch);
    return [scalarOf(space, loss), gradient.tensor(), ranks.tensor(), shares.tensor()];
  },
});

/** Rank & Sort: the ranking as above, the sorting over pairs of positives, two at a time. */
export const rankSortKernels: readonly KernelConfig[] = defineKernel<'scores' | 'targets', RankingAttributes>(
  'RankSortRanking',
  {
    run(space, inputs, { delta }) {
      const { entries, gradient, scratch } = open(space, inputs);
      const sorting = wholeOutput(space, [], 'float32');
      const ranking = call(space, 'rankSort', ...entries, delta, gradient.at, sorting.at, scratch);
      return [scalarOf(space, ranking), sorting.tensor(), gradient.tensor()];
    },
  },
);

function open(space: Workspace, inputs: Readonly<Record<'scores' | 'targets', TensorInfo>>) {
  const size = sizeOf(inputs.scores);
  const gradient = wholeOutput(space, [size], 'float32');
  const entries = [floatsOf(space, inputs.scores), floatsOf(space, inputs.targets), size] as const;
  return { size, entries, gradient, scratch: space.scratch(call(space, 'rankingBytes', size)) };
}

function scalarOf(space: Workspace, value: number): TensorInfo {
  const { at, tensor } = wholeOutput(space, [], 'float32');
  new Float32Array(space.memory.buffer, at, 1)[0] = value;
  return tensor();
}
