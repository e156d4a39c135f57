import { demand, detach, type Given, weightedSum } from '@equipoise/core';
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { div, reshape, sub, tidy, zeros } from '@tensorflow/tfjs-core';
import { authenticSmoothL1Entries, authenticSmoothL1Norms } from './authentic-smooth-l1.ts';
import { checkGhmR, type GhmROptions } from './ghm-r.ts';
import { harmonize } from './harmonize.ts';
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
      package: 'ghm',
      subject,
      expected: `shape [${predicted.shape.join(', ')}]`,
      actual: `shape [${shape.join(', ')}]`,
    });
  }
  const counted: Tensor1D = reshape(weights, [weights.size]);
  const groups = { group: zeros<Rank1>([weights.size], 'int32'), groupCount: 1 };
  const errors: Tensor2D = sub(predicted, target);
  const harmony = tidy(() => {
    const norms = authenticSmoothL1Norms(detach(errors), inForce.mu);
    return { ...harmonize(groups, reshape(norms, [norms.size]), counted, density, inForce) };
  });
  const losses: Tensor1D = reshape(authenticSmoothL1Entries(errors, inForce.mu), [errors.size]);
  return [div(weightedSum(losses, harmony.weights), harmony.entries), harmony.next];
}

type Rank1 = Tensor1D['rankType'];
