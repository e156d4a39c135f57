import type { NamedTensorMap, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { pointwiseHistogram } from '../operations/pointwise-histogram.ts';
import { unrecorded } from '../operations/unrecorded.ts';
import type { EntryFormula } from './entry-formula.ts';
import { programOf } from './entry-formula.ts';
import { bound, gridOf } from './grid.ts';

/**
 * How many entries a formula puts into each of `bins` bins, int32 [bins], in one pass that holds no [n, C] tensor
 * ({@link pointwiseHistogram}). A bin is rounded down; an entry whose bin is below 0, not below `bins`, or NaN, counts nowhere. No
 * gradient flows.
 *
 * @throws EquipoiseError for a tensor that is missing or has another shape than its binding says.
 */
export function pointwiseCounts<Name extends string>(
  bin: EntryFormula<Name>,
  tensors: Readonly<Record<Name, Tensor>>,
  bins: number,
): Tensor1D {
  return unrecorded(() => {
    const given: NamedTensorMap = { ...tensors };
    const program = programOf(bin, { loss: true, by: [] });
    const [inputs, attributes] = bound(bin, given, gridOf(bin, given), program);
    return pointwiseHistogram(inputs, { ...attributes, bins });
  });
}
