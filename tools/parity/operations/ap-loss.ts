import type { CaseOperations } from '@equipoise/testkit';

/** Reference cases of @equipoise/ap-loss. */
export const apLossCases: CaseOperations = {};
