import type { CaseOperations } from '@equipoise/testkit';

/** Reference cases of @equipoise/ghm. */
export const ghmCases: CaseOperations = {};
