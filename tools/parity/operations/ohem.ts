import type { CaseOperations } from '@equipoise/testkit';

/** Reference cases of @equipoise/ohem. */
export const ohemCases: CaseOperations = {};
