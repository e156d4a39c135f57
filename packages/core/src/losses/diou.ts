import type { Given } from '../options.ts';
import type { BoxLoss } from './box-loss.ts';
import type { OverlapLossOptions } from './overlap-loss.ts';
import { overlapLoss } from './overlap-loss.ts';

/**
 * 1 − DIoU of the decoded boxes, in [0, 2]: DIoU = IoU − ρ² / c² with ρ the distance of the centres and c the diagonal of the smallest box
 * around both. Zheng et al. 2020; the references differ in their guards only.
 *
 * @throws EquipoiseError for an unknown option.
 */
export function diouLoss(options: Given<OverlapLossOptions> = {}): BoxLoss {
  return overlapLoss('diou', options);
}
