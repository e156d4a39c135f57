import type { Given, SampleStrategy, SoftStrategy, StrategyState } from '@equipoise/core';
import { checkOptions, choiceOption, flagOption, numberOption } from '@equipoise/core';
import { carl } from './carl.ts';
import { importanceOptions } from './importance.ts';
import type { IsrPOptions } from './isr-p.ts';
import { isrP } from './isr-p.ts';
import { nameOver } from './plain.ts';

/** Options of {@link pisa}: those of ISR-P, and CARL's. */
export interface PisaOptions extends IsrPOptions {
  /** Whether CARL's term is added to the box loss. Default true. */
  readonly carl: boolean;
  /** CARL's power k, ≥ 0. Default 1. */
  readonly carlK: number;
  /** CARL's bias b, in [0, 1]. Default .2. */
  readonly carlBias: number;
}

/**
 * Prime sample attention for one-stage detectors, as in RetinaNet and SSD: {@link isrP} shares the classification loss of the positives
 * out by IoU-HLR, {@link carl} ties the box loss to the scores. Cao et al. 2020; mmdetection 3.3 `PISARetinaHead`, `PISASSDHead`.
 *
 * @param base the strategy whose weights are changed; default: plain cross-entropy divided by the positives.
 * @throws EquipoiseError for an option that is unknown or out of range; at a step, where samples lack anchors, deltas, deltaTargets or
 * groundTruth.
 * @example
 * import { compose } from '@equipoise/core';
 * import { focal } from '@equipoise/focal';
 * import { hardNegativeMining } from '@equipoise/hard-negative-mining';
 * import { isrN, pisa } from '@equipoise/pisa';
 *
 * pisa({}, focal()); // RetinaNet
 * compose(hardNegativeMining(), pisa()); // SSD
 * pisa({}, isrN()); // Faster R-CNN, over all RoIs of the first pass
 */
export function pisa<State extends StrategyState = void>(
  options: Given<PisaOptions> = {},
  base?: SampleStrategy<State>,
): SoftStrategy<State> {
  const inForce = checkOptions<PisaOptions>(
    '@equipoise/pisa',
    {
      ...importanceOptions(2, 0),
      preset: choiceOption(['paper', 'mmdet'], 'paper'),
      carl: flagOption(true),
      carlK: numberOption(1, { min: 0 }),
      carlBias: numberOption(0.2, { min: 0, max: 1 }),
    },
    options,
  );
  const { k, bias, preset, carlK, carlBias } = inForce;
  const reweighted = isrP({ k, bias, preset }, base);
  const whole = inForce.carl ? carl({ k: carlK, bias: carlBias }, reweighted) : reweighted;
  const { base: changed } = reweighted.options;
  return { ...whole, name: nameOver('pisa', base), options: { ...inForce, base: changed } };
}
