import type { CaseOperations } from '@equipoise/testkit';
import { apLossCases } from './ap-loss.ts';
import { cocoCases } from './coco.ts';
import { coreCases } from './core.ts';
import { focalCases } from './focal.ts';
import { ghmCases } from './ghm.ts';
import { hardNegativeMiningCases } from './hard-negative-mining.ts';
import { ohemCases } from './ohem.ts';
import { pisaCases } from './pisa.ts';
import { randomCases } from './random.ts';

/** Every operation that parity knows; a package's are in the file of its name. */
export const operations: CaseOperations = {
  ...coreCases,
  ...cocoCases,
  ...randomCases,
  ...hardNegativeMiningCases,
  ...ohemCases,
  ...focalCases,
  ...ghmCases,
  ...pisaCases,
  ...apLossCases,
};
