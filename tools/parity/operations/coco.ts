import type { CocoDetection, CocoGroundTruth } from '@equipoise/coco';
import { evaluateCoco } from '@equipoise/coco';
import type { CaseOperations } from '@equipoise/testkit';

/** Reference cases of @equipoise/coco. */
export const cocoCases: CaseOperations = {
  coco_eval_bbox: {
    run({ inputs }) {
      const { gt, dt } = inputs as unknown as {
        readonly gt: CocoGroundTruth;
        readonly dt: readonly CocoDetection[];
      };
      const { stats, perCategory } = evaluateCoco(gt, dt, { preset: 'pycocotools' });
      return {
        stats: [
          stats.ap,
          stats.ap50,
          stats.ap75,
          stats.apSmall,
          stats.apMedium,
          stats.apLarge,
          stats.ar1,
          stats.ar10,
          stats.ar100,
          stats.arSmall,
          stats.arMedium,
          stats.arLarge,
        ],
        per_category_ap: perCategory.map(({ ap }) => ap),
      };
    },
  },
};
