/**
 * Gradient harmonizing mechanism: GHM-C for classification, GHM-R for boxes
 *
 * @packageDocumentation
 */
export { authenticSmoothL1, type AuthenticSmoothL1Options } from './authentic-smooth-l1.ts';
export type { DensityOptions } from './density-options.ts';
export { exactDensity } from './exact-density.ts';
export * from './ghm.ts';
export { ghmC, type GhmCOptions } from './ghm-c.ts';
export { ghmR, type GhmROptions } from './ghm-r.ts';
export * from './ghm-r-loss.ts';
export * from './gradient-norms.ts';
export * from './operations/exact-harmony.ts';
export * from './operations/groups-within.ts';
export type { RunningDensity } from './running-density.ts';
