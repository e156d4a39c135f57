import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { labelTerms } from '../formula/binary-terms.ts';
import type { EntryFormula } from '../formula/entry-formula.ts';
import { entryFormula } from '../formula/entry-formula.ts';
import { pointwiseLoss } from '../formula/pointwise-loss.ts';
import { membership } from '../operations/membership.ts';

/** −ln p_t of a logit in a row of a label. */
export const crossEntropyOfLabels: EntryFormula<'logits' | 'labels'> = entryFormula({
  inputs: { logits: 'entry', labels: 'row' },
  loss: ({ logits, labels }) => labelTerms(logits, labels).crossEntropy,
});

/**
 * Binary cross-entropy of every (sample, class) entry, −ln p_t = softplus(−z_t), finite with an exact gradient p − y at any logit.
 *
 * @param logits [n, C]
 * @param labels [n] int32: 0…C-1 a class; any other value is no class, so that all C targets are 0.
 * @returns [n, C]; the gradient reaches the logits.
 */
export function sigmoidCrossEntropy(logits: Tensor2D, labels: Tensor1D): Tensor2D {
  return pointwiseLoss(crossEntropyOfLabels, { logits, labels });
}

/** [n, C] targets: 1 in the column of the sample's class, 0 elsewhere; rows without a class are 0. */
export function classTargets(labels: Tensor1D, classes: number): Tensor2D {
  return membership(labels, classes);
}
