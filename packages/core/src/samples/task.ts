import type { BoxCoder } from '../coding/box-coder.ts';
import type { DeltaCoder } from '../coding/delta-coder.ts';
import { deltaCoder } from '../coding/delta-coder.ts';
import type { BoxLoss } from '../losses/box-loss.ts';
import { smoothL1 } from '../losses/smooth-l1.ts';

/** What is to be learned: how logits become probabilities, how deltas become boxes, and the loss of a box. */
export interface Task {
  /** `sigmoid`: C independent classes. `softmax`: C classes and background, one of them true. */
  readonly activation: 'sigmoid' | 'softmax';
  /** The loss of a positive's box. */
  readonly boxLoss: BoxLoss;
  /** How boxes are encoded against anchors. */
  readonly coder: BoxCoder;
}

/** Sigmoid classes, smooth L1 with β = 1/9, deltas with standard deviations .1 .1 .2 .2. */
export const defaultTask: Task & { readonly coder: DeltaCoder } = {
  activation: 'sigmoid',
  boxLoss: smoothL1(),
  coder: deltaCoder(),
};
