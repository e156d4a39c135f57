/**
 * Random sampling of anchors and RoIs.
 *
 * @packageDocumentation
 */
export * from './random-sampling.ts';
