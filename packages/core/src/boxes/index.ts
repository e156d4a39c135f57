export type { GivenBatchedNmsOptions } from './batched-nms.ts';
export { batchedNms, batchedNmsMask } from './batched-nms.ts';
export { clipBoxes } from './clip-boxes.ts';
export type { BatchedNmsOptions, NmsOptions } from './nms-options.ts';
export type { NmsSelection } from './nms-selection.ts';
export { nms, nmsMask } from './nms.ts';
