/**
 * Random sampling of anchors and RoIs.
 *
 * @packageDocumentation
 */
export * from './random-sampling.ts';
export * from './torch-random.ts';
