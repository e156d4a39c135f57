import type { Given } from '../options.ts';
import type { BoxLoss } from './box-loss.ts';
import type { OverlapLossOptions } from './overlap-loss.ts';
import { overlapLoss } from './overlap-loss.ts';

/**
 * 1 − CIoU of the decoded boxes: CIoU = DIoU − α v with v = 4/π² (atan(w/h) − atan(w′/h′))², how the shapes differ, and
 * α = v / (1 − IoU + v), a constant for the gradient. 0 with gradient 0 for identical boxes. Zheng et al. 2020; see the presets for how
 * mmdet and torchvision differ.
 *
 * @throws EquipoiseError for an unknown option.
 */
export function ciouLoss(options: Given<OverlapLossOptions> = {}): BoxLoss {
  return overlapLoss('ciou', options);
}
