import type { CaseOperations } from '@equipoise/testkit';

/** Reference cases of @equipoise/coco. */
export const cocoCases: CaseOperations = {};
