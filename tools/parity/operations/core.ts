import type { CaseOperations } from '@equipoise/testkit';
import { anchorCases } from './core/anchors.ts';
import { assignerCases } from './core/assigners.ts';
import { boxLossCases } from './core/box-losses.ts';
import { boxCases } from './core/boxes.ts';

/** Reference cases of @equipoise/core. */
export const coreCases: CaseOperations = { ...boxLossCases, ...boxCases, ...anchorCases, ...assignerCases };
