import type { CaseOperations } from '@equipoise/testkit';

/** Reference cases of @equipoise/pisa. */
export const pisaCases: CaseOperations = {};
