import { demand, formula, type Given } from '@equipoise/core';
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { zeros } from '@tensorflow/tfjs-core';
import { authenticSmoothL1NormOf, authenticSmoothL1Of } from './authentic-smooth-l1.ts';
import { checkGhmR, type GhmROptions } from './ghm-r.ts';
import { harmonize } from './harmonize.ts';
import { harmonyFormulas } from './harmony-formulas.ts';
import type { RunningDensity } from './running-density.ts';

/**
 * GHM-R of deltas by themselves, coordinate by coordinate, as mmdetection's `GHMR`: predicted [n, 4], target [n, 4], weights [n, 4] of
 * which only 0 tells (the coordinate does not count) → the loss, and the density to hand to the next step. See {@link ghmR}, whose
 * `init()` gives the first density; scopes other than `batch` need samples.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or tensors of unequal shape.
 */
export function ghmRLoss(
  predicted: Tensor2D,
  target: Tensor2D,
  weights: Tensor2D,
  density: RunningDensity,
  options: Given<GhmROptions> = {},
): readonly [Scalar, RunningDensity] {
  const inForce = checkGhmR(options);
  for (const [subject, { shape }] of Object.entries({ target, weights })) {
    demand(shape[0] === predicted.shape[0] && shape[1] === predicted.shape[1], {
      package: '@equipoise/ghm',
      subject,
      expected: `shape [${predicted.shape.join(', ')}]`,
      actual: `shape [${shape.join(', ')}]`,
    });
  }
  const formulas = harmonyFormulas(
    {
      inputs: { predicted: 'entry', target: 'entry' },
      by: 'predicted',
      norm: (side) => authenticSmoothL1NormOf(formula.sub(side.predicted, side.target), inForce.mu),
      loss: (side) => authenticSmoothL1Of(formula.sub(side.predicted, side.target), inForce.mu),
    },
    { ...inForce, scope: 'batch' },
    'entry',
  );
  const groups = { group: zeros<Rank1>([weights.size], 'int32'), groupCount: 1 };
  const given = { formulas, tensors: { predicted, target }, counted: weights };
  const harmony = harmonize(given, groups, density, { ...inForce, scope: 'batch' });
  return [harmony.loss(), harmony.next];
}

type Rank1 = Tensor1D['rankType'];
