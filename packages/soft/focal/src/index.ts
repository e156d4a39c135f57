/**
 * Cross-entropy, balanced cross-entropy and focal loss, with the prior-bias initialisation, and the relatives of focal loss.
 *
 * @packageDocumentation
 */
export * from './asymmetric/asymmetric.ts';
export * from './asymmetric/asymmetric-loss.ts';
export * from './asymmetric/asymmetric-single-label-loss.ts';
export * from './cross-entropy/balanced-cross-entropy.ts';
export * from './cross-entropy/cross-entropy.ts';
export * from './cross-entropy/prior-bias.ts';
export * from './focal/focal.ts';
export * from './focal/focal-loss-of-probabilities.ts';
export * from './focal/focal-star.ts';
export * from './focal/focal-star-loss.ts';
export type { FocalNormalizer, FocalState } from './focal/normalizers.ts';
export * from './focal/sigmoid-focal-loss.ts';
export * from './focal/softmax-focal-loss.ts';
export * from './gaussian/gaussian-focal-loss.ts';
export * from './poly/poly1-focal.ts';
export * from './poly/poly1-loss.ts';
export * from './quality/distribution-focal-loss.ts';
export * from './quality/quality-focal.ts';
export * from './quality/quality-focal-loss.ts';
export * from './quality/quality-targets.ts';
export * from './quality/varifocal.ts';
export * from './quality/varifocal-loss.ts';
export type { LossNormalizer } from './shared/loss-strategy.ts';
export * from './shared/reduce-loss.ts';
