import type { CaseOperations } from '@equipoise/testkit';
import { lossCases } from './focal/losses.ts';
import { runningLossCases } from './focal/running-losses.ts';

/** Reference cases of @equipoise/focal. */
export const focalCases: CaseOperations = { ...lossCases, ...runningLossCases };
