export type { AssignBatchOptions, AssignedBatch, ImageTruth } from './assign-batch.ts';
export { assignBatch } from './assign-batch.ts';
export { assignMaxIou } from './assign-max-iou.ts';
export type { Assignment } from './assigned-codes.ts';
export { assignedLabels } from './assigned-labels.ts';
export type { MaxIouOptions, MaxIouPreset } from './max-iou-options.ts';
