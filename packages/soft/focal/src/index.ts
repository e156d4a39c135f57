/**
 * Cross-entropy, balanced cross-entropy and focal loss, with the prior-bias initialisation.
 *
 * @packageDocumentation
 */
export * from './balanced-cross-entropy.ts';
export * from './cross-entropy.ts';
export * from './focal.ts';
export * from './prior-bias.ts';
