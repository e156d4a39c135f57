import type { CaseOperations } from '@equipoise/testkit';

/** Reference cases of @equipoise/core. */
export const coreCases: CaseOperations = {};
