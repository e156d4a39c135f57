/**
 * Cross-entropy, balanced cross-entropy and focal loss, with the prior-bias initialisation, and the relatives of focal loss: as losses of
 * tensors, and as strategies where they weigh samples.
 *
 * @packageDocumentation
 */
export * from './asymmetric/asymmetric.ts';
export { asymmetricLoss, type AsymmetricLossOptions } from './asymmetric/asymmetric-loss.ts';
export * from './asymmetric/asymmetric-single-label-loss.ts';
export * from './class-balanced/class-balanced.ts';
export { classBalancedLoss, type ClassBalancedLossOptions } from './class-balanced/class-balanced-loss.ts';
export * from './class-balanced/effective-number.ts';
export * from './cross-entropy/balanced-cross-entropy.ts';
export * from './cross-entropy/cross-entropy.ts';
export * from './cross-entropy/prior-bias.ts';
export * from './equalization/eql.ts';
export * from './equalization/equalization-v2.ts';
export { eqlv2Loss } from './equalization/eqlv2-loss.ts';
export { eqlv2State, type Eqlv2State, type GradientBalance } from './equalization/gradient-balance.ts';
export * from './focal/focal.ts';
export * from './focal/focal-loss-of-probabilities.ts';
export * from './focal/focal-star.ts';
export * from './focal/focal-star-loss.ts';
export type { FocalNormalizer, FocalState } from './focal/normalizers.ts';
export { type FocalLossOptions, sigmoidFocalLoss } from './focal/sigmoid-focal-loss.ts';
export * from './focal/softmax-focal-loss.ts';
export * from './gaussian/gaussian-focal-loss.ts';
export * from './poly/poly1-focal.ts';
export {
  poly1CrossEntropy,
  type Poly1CrossEntropyOptions,
  poly1FocalLoss,
  type Poly1FocalLossOptions,
} from './poly/poly1-loss.ts';
export * from './quality/distribution-focal-loss.ts';
export * from './quality/quality-focal.ts';
export { qualityFocalLoss, type QualityFocalLossOptions } from './quality/quality-focal-loss.ts';
export { qualityTargets } from './quality/quality-targets.ts';
export * from './quality/varifocal.ts';
export { varifocalLoss, type VarifocalLossOptions } from './quality/varifocal-loss.ts';
export * from './ranking/dr.ts';
export { drLoss, type DrLossOptions } from './ranking/dr-loss.ts';
export * from './seesaw/seesaw-loss.ts';
export type { LossNormalizer } from './shared/loss-strategy.ts';
export * from './shared/reduce-loss.ts';
