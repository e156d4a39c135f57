import { apLossWork } from './ap-loss.ts';
import { assignmentWork } from './assignment.ts';
import { focalWork } from './focal.ts';
import { ghmCWork } from './ghm-c.ts';
import { isrPOfPool, isrPOfRandomLabels } from './isr-p.ts';
import { nmsOfPool, nmsOfRandomBoxes } from './nms.ts';
import { ohemWork } from './ohem.ts';
import { scalingWorks } from './scaling.ts';
import type { Work } from './work.ts';

/** The works by name, in the order of the table. */
export const works: Readonly<Record<string, Work>> = Object.fromEntries(
  [
    focalWork,
    ghmCWork,
    apLossWork,
    nmsOfPool,
    nmsOfRandomBoxes,
    assignmentWork,
    isrPOfPool,
    isrPOfRandomLabels,
    ohemWork,
    ...scalingWorks,
  ].map((work) => [work.name, work]),
);
