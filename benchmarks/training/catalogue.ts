import { apLoss, aLrp, rankAndSort } from '@equipoise/ap-loss';
import type { SampleStrategy, StrategyState } from '@equipoise/core';
import {
  asymmetric,
  balancedCrossEntropy,
  classBalanced,
  crossEntropy,
  dr,
  eql,
  equalizationV2,
  focal,
  focalStar,
  poly1Focal,
  qualityFocal,
  varifocal,
} from '@equipoise/focal';
import { ghm, ghmC, ghmR } from '@equipoise/ghm';
import { hardNegativeMining } from '@equipoise/hard-negative-mining';
import { ohem } from '@equipoise/ohem';
import { carl, isrN, isrP, pisa } from '@equipoise/pisa';
import {
  combinedSampling,
  instanceBalanced,
  instanceBalancedSampling,
  iouBalanced,
  iouBalancedSampling,
  randomSampling,
} from '@equipoise/random';
import type { DataFacts } from './data-facts.ts';

/** Any strategy. */
export type AnyStrategy = SampleStrategy<StrategyState>;

/** Options as a command line gives them. */
export type Options = Record<string, number | string | boolean>;

/** A strategy that can be compared. */
export interface CatalogueEntry {
  /** The package it comes from, without scope. */
  readonly package: string;
  /** Where it was proposed. */
  readonly paper: string;
  /** Stems of the reference cases that hold it to its reference. */
  readonly cases: readonly string[];
  /** Whether it belongs to the survey's strategies, which are compared by default. */
  readonly survey: boolean;
  /** Makes it; options overwrite those of the recipe. */
  readonly make: (options: Options, facts: DataFacts) => AnyStrategy;
}

/** Who proposed a strategy, and which reference cases concern it. */
type Source = readonly [paper: string, ...cases: string[]];
type Maker = (options: Options, facts: DataFacts) => unknown;

/** A strategy of the survey. */
const survey = (packageName: string, [paper, ...cases]: Source, make: Maker): CatalogueEntry => ({
  package: packageName,
  paper,
  cases,
  survey: true,
  make: make as CatalogueEntry['make'],
});

/** A relative of one. */
const relative = (packageName: string, source: Source, make: Maker): CatalogueEntry => ({
  ...survey(packageName, source, make),
  survey: false,
});

const FASTER_RCNN = 'Ren et al. 2015, Faster R-CNN';
const LIBRA = 'Pang et al. 2019, Libra R-CNN';
const RETINANET = 'Lin et al. 2017, RetinaNet';
const GHM = 'Li et al. 2019, GHM';
const PISA = 'Cao et al. 2020, PISA';

/** The strategies that a comparison knows, by the name in the table. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = {
  'cross-entropy': survey('focal', ['the baseline'], (options) => crossEntropy(options)),
  'cross-entropy-per-positive': survey('focal', ['the baseline of RetinaNet'], (options) =>
    crossEntropy({ normalizer: 'positives', ...options }),
  ),
  'balanced-cross-entropy': survey('focal', [RETINANET], (options) => balancedCrossEntropy(options)),
  focal: survey('focal', [RETINANET, 'tv_focal', 'mmdet_focal', 'mmcv_sigmoid_focal'], (options) =>
    focal(options),
  ),
  random: survey('random', [FASTER_RCNN, 'mmdet_random_sampler', 'torch_randperm'], (options) =>
    randomSampling(options),
  ),
  libra: survey('random', [LIBRA], (options) =>
    combinedSampling({ positives: instanceBalanced(), negatives: iouBalanced() }, options),
  ),
  'hard-negative-mining': survey(
    'hard-negative-mining',
    ['Liu et al. 2016, SSD', 'mmdet_ssd_hnm'],
    (options) => hardNegativeMining(options),
  ),
  // 64 a image are fewer than the positives of dense scenes; k must be several times their number.
  ohem: survey('ohem', ['Shrivastava et al. 2016, OHEM', 'ohem_official'], (options) =>
    ohem({ count: 256, ...options }),
  ),
  'ghm-c': survey('ghm', [GHM, 'mmdet_ghmc', 'ghm_exact_density'], (options) => ghmC(options)),
  // The paper's μ = .02 is meant for deltas of standard deviation 1; those of the recipe are divided by .1.
  ghm: survey('ghm', [GHM, 'mmdet_ghmc', 'mmdet_ghmr'], () => ghm({ box: { mu: 0.2 } })),
  'isr-p': survey('pisa', [PISA, 'mmdet_isr_p'], (options) => isrP(options)),
  'isr-n': survey('pisa', [PISA, 'mmdet_score_hlr'], (options) => isrN(options)),
  pisa: survey('pisa', [PISA, 'mmdet_isr_p', 'mmdet_carl'], (options) => pisa(options)),
  'ap-loss': survey('ap-loss', ['Chen et al. 2019, AP-Loss', 'aploss'], (options) => apLoss(options)),

  'instance-balanced': relative('random', [LIBRA], (options) => instanceBalancedSampling(options)),
  'iou-balanced': relative('random', [LIBRA], (options) => iouBalancedSampling(options)),
  'ghm-r': relative('ghm', [GHM, 'mmdet_ghmr'], (options) => ghmR({ mu: 0.2, ...options })),
  carl: relative('pisa', [PISA, 'mmdet_carl'], (options) => carl(options)),
  alrp: relative('ap-loss', ['Oksuz et al. 2020, aLRP Loss', 'alrp'], (options) => aLrp(options)),
  'rank-and-sort': relative('ap-loss', ['Oksuz et al. 2021, Rank & Sort', 'ranksort'], (options) =>
    rankAndSort(options),
  ),
  'focal-star': relative('focal', [RETINANET, 'fvcore_focal_star'], (options) => focalStar(options)),
  'quality-focal': relative(
    'focal',
    ['Li et al. 2020, Generalized Focal Loss', 'mmdet_qfl', 'mmdet_dfl'],
    (options) => qualityFocal(options),
  ),
  varifocal: relative('focal', ['Zhang et al. 2021, VarifocalNet', 'mmdet_vfl'], (options) =>
    varifocal(options),
  ),
  'poly-1-focal': relative('focal', ['Leng et al. 2022, PolyLoss', 'poly1'], (options) =>
    poly1Focal(options),
  ),
  asymmetric: relative('focal', ['Ridnik et al. 2021, Asymmetric Loss', 'asl'], (options) =>
    asymmetric(options),
  ),
  'class-balanced': relative('focal', ['Cui et al. 2019, Class-Balanced Loss'], (options, { boxes }) =>
    classBalanced({ counts: boxes, ...options }),
  ),
  eql: relative('focal', ['Tan et al. 2020, Equalization Loss'], (options, { imageShares }) =>
    eql({ frequencies: imageShares, ...options }),
  ),
  eqlv2: relative('focal', ['Tan et al. 2021, Equalization Loss v2', 'mmdet_eqlv2'], (options) =>
    equalizationV2(options),
  ),
  'dr-loss': relative('focal', ['Qian et al. 2020, DR Loss', 'dr_loss'], (options) => dr(options)),
};
