/**
 * Gradient harmonizing mechanism: GHM-C for classification, GHM-R for boxes
 *
 * @packageDocumentation
 */
export * from './authentic-smooth-l1.ts';
export * from './density-options.ts';
export * from './exact-density.ts';
export * from './ghm.ts';
export * from './ghm-c.ts';
export * from './ghm-r.ts';
export * from './gradient-norms.ts';
export * from './operations/exact-harmony.ts';
export * from './operations/gradient-histogram.ts';
export * from './operations/look-up.ts';
export type { RunningDensity } from './running-density.ts';
