import type { CaseOperations } from '@equipoise/testkit';

/** Reference cases of @equipoise/random. */
export const randomCases: CaseOperations = {};
