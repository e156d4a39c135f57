/**
 * Random sampling of anchors and RoIs: balanced, instance-balanced, IoU-balanced, and any combination.
 *
 * @packageDocumentation
 */
export * from './indices/ground-truth-proposals.ts';
export { sampleIndices, type SampledIndices, type SampledOnce } from './indices/sample-indices.ts';
export * from './indices/sample-random.ts';
export * from './pickers/instance-balanced.ts';
export * from './pickers/iou-balanced.ts';
export * from './pickers/picker.ts';
export { rankWithinGroup, type RankWithinGroupInputs } from './pickers/rank-within-group.ts';
export * from './pickers/uniform.ts';
export * from './sampling/combined-sampling.ts';
export * from './sampling/instance-balanced-sampling.ts';
export * from './sampling/iou-balanced-sampling.ts';
export type { Quotas, SamplingOptions } from './sampling/quotas.ts';
export * from './sampling/random-sampling.ts';
export * from './torch/torch-random.ts';
