import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { reshape } from '@tensorflow/tfjs-core';
import { pointwiseMap } from '../operations/pointwise-map.ts';
import { unrecorded } from '../operations/unrecorded.ts';
import type { EntryFormula } from './entry-formula.ts';
import { programOf } from './entry-formula.ts';
import { bound, gridOf } from './grid.ts';

/**
 * The value of each entry under a formula, in the shape of its first entry input, in one pass ({@link pointwiseMap}): masks, targets and
 * weights, which are constants. No gradient flows; {@link pointwiseLoss} has one.
 *
 * @throws EquipoiseError for a tensor that is missing or has another shape than its binding says.
 */
// The type of the values is the caller's to name, as with tfjs's own ops.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function pointwiseValues<Name extends string, T extends Tensor>(
  formula: EntryFormula<Name>,
  tensors: Readonly<Record<Name, Tensor>>,
): T {
  return unrecorded<T>(() => {
    const given: NamedTensorMap = { ...tensors };
    const grid = gridOf(formula, given);
    const program = programOf(formula, { loss: true, by: [] });
    const [values] = pointwiseMap(...bound(formula, given, grid, program));
    return reshape(values!, [...grid.outer]) as T;
  });
}
