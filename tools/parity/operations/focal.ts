import type { CaseOperations } from '@equipoise/testkit';

/** Reference cases of @equipoise/focal. */
export const focalCases: CaseOperations = {};
