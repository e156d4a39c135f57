import type { DeltaCoderOptions, OverlapConvention, OverlapKind } from '@equipoise/core';
import { alignedOverlaps, batchedNms, deltaCoder, nms, pairwiseOverlaps } from '@equipoise/core';
import type { CaseOperation, CaseOperations, Outputs, ReferenceCase } from '@equipoise/testkit';
import { inputsOf } from '@equipoise/testkit';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { mul } from '@tensorflow/tfjs-core';
import { Later, scoped, type Pending } from '../pending.ts';

/** Reference cases of overlaps, box coding and NMS. */
export const boxCases: CaseOperations = {
  bbox_overlaps: overlapsCase('mmdet'),
  tv_box_ious: overlapsCase('torchvision'),
  mmdet_delta_coder: { run: deltaCoderCase },
  tv_nms: { run: nmsCase },
};

function overlapsCase(convention: OverlapConvention): CaseOperation {
  return {
    run: (reference) =>
      scoped(() => {
        const inputs = inputsOf(reference);
        const [a, b] = [inputs.matrix('a', 4), inputs.matrix('b', 4)];
        return Object.fromEntries(
          Object.keys(reference.outputs).map((name) => {
            const [kind, aligned] = name.split('_') as [OverlapKind, string | undefined];
            const overlaps = aligned ? alignedOverlaps : pairwiseOverlaps;
            return [name, overlaps(a, b, kind, convention)];
          }),
        );
      }),
  };
}

function deltaCoderCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const four = (field: string, initial: number[]): DeltaCoderOptions['stds'] =>
      (inputs.has(field) ? inputs.numbers(field) : initial) as unknown as DeltaCoderOptions['stds'];
    const coder = deltaCoder({
      clamp: 'mmdet',
      means: four('means', inputs.has('target_means') ? inputs.numbers('target_means') : [0, 0, 0, 0]),
      stds: four('stds', inputs.has('target_stds') ? inputs.numbers('target_stds') : [0.1, 0.1, 0.2, 0.2]),
    });
    const [boxes, truths, deltas] = [
      inputs.matrix('boxes', 4),
      inputs.matrix('gt', 4),
      inputs.matrix('deltas', 4),
    ];
    const [height = 40, width = 50] = inputs.has('max_shape') ? inputs.numbers('max_shape') : [];
    const stretched = mul<Tensor2D>(deltas, inputs.number('clip_scale', 40));
    return {
      encoded: coder.encode(boxes, truths),
      decoded: coder.decode(boxes, deltas),
      decoded_clip: coder.decode(boxes, stretched, [height, width]),
    };
  });
}

/** `nms_05` and `batched_03` name their threshold. */
function nmsCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const [boxes, scores] = [inputs.matrix('boxes', 4), inputs.vector('scores')];
    const kept = (name: string): Pending => {
      const [kind, digits] = name.split('_') as [string, string];
      const iouThreshold = largestFloatUpTo(Number(`${digits.slice(0, 1)}.${digits.slice(1)}`));
      const classes = inputs.integers('idxs');
      const classCount = 1 + Math.max(0, ...inputs.numbers('idxs'));
      const { indices, count } =
        kind === 'batched'
          ? batchedNms(boxes, scores, classes, { iouThreshold, classCount })
          : nms(boxes, scores, { iouThreshold });
      return new Later([indices, count], (kept, [number]) => kept.slice(0, number));
    };
    return Object.fromEntries(Object.keys(reference.outputs).map((name) => [name, kept(name)]));
  });
}

/** torchvision on the CPU compares a float32 IoU with the threshold in double precision; where core rounds the threshold, this gives the same. */
function largestFloatUpTo(x: number): number {
  const nearest = new Float32Array([x]);
  if (nearest[0]! > x) new Int32Array(nearest.buffer)[0]! -= 1;
  return nearest[0]!;
}
