import type { Samples } from '@equipoise/core';
import { hardExamples } from '@equipoise/ohem';
import { type CaseInputs, type CaseOperations, inputsOf } from '@equipoise/testkit';
import { tensor1d, tensor2d, zeros } from '@tensorflow/tfjs-core';

/** Reference cases of @equipoise/ohem. */
export const ohemCases: CaseOperations = {
  ohem_official: {
    exact: ['selected_with_nms', 'selected_without_nms'],
    async run(reference) {
      const inputs = inputsOf(reference);
      return {
        selected_with_nms: await selected(inputs, inputs.number('nms_thresh', 0.7)),
        selected_without_nms: await selected(inputs, 1),
      };
    },
  },
};

/** Indices by descending loss. */
async function selected(inputs: CaseInputs, nmsThreshold: number): Promise<number[]> {
  const options = { preset: 'official', count: inputs.number('batch_size', 64), nmsThreshold } as const;
  const { indices, mask } = hardExamples(samplesOf(inputs), inputs.vector('loss'), options);
  const [order, kept] = [await indices.data(), await mask.data()];
  return [...order].filter((_, i) => kept[i] === 1);
}

/** The reference's label 0 is background; its RoIs are rows of image and box. */
function samplesOf(inputs: CaseInputs): Samples {
  const rois = inputs.rows('rois');
  const labels = inputs.numbers('labels');
  const classes = Math.max(1, ...labels);
  return {
    logits: zeros([labels.length, classes]),
    labels: tensor1d(
      labels.map((label) => (label === 0 ? classes : label - 1)),
      'int32',
    ),
    anchors: tensor2d(
      rois.map((roi) => roi.slice(1)),
      [rois.length, 4],
    ),
    image: tensor1d(
      rois.map((roi) => roi[0]!),
      'int32',
    ),
    imageCount: Math.max(0, ...rois.map((roi) => roi[0]!)) + 1,
  };
}
