import type { Given } from '../options.ts';
import type { BoxLoss } from './box-loss.ts';
import type { OverlapLossOptions } from './overlap-loss.ts';
import { overlapLoss } from './overlap-loss.ts';

/**
 * 1 − GIoU of the decoded boxes, in [0, 2]: GIoU = IoU − (E − U) / E with U the union and E the area of the smallest box around both. Boxes
 * that do not overlap pull at each other. Rezatofighi et al. 2019; the references differ in their guards only.
 *
 * @throws EquipoiseError for an unknown option.
 */
export function giouLoss(options: Given<OverlapLossOptions> = {}): BoxLoss {
  return overlapLoss('giou', options);
}
