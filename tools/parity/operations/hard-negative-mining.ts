import type { CaseOperations } from '@equipoise/testkit';

/** Reference cases of @equipoise/hard-negative-mining. */
export const hardNegativeMiningCases: CaseOperations = {};
