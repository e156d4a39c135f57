import { demand } from '@equipoise/core';

/**
 * The bias of the last classification layer at which every class starts with probability `prior`: −ln((1 − π)/π), −4.595 for π = .01.
 * Without it the first steps drown in the loss of easy background. RetinaNet's paper §3.3.
 *
 * @throws EquipoiseError for a prior outside (0, 1).
 */
export function priorBias(prior = 0.01): number {
  demand(prior > 0 && prior < 1, {
    package: '@equipoise/focal',
    subject: 'prior',
    expected: 'a number in (0, 1)',
    actual: prior,
  });
  return Math.log(prior / (1 - prior));
}
