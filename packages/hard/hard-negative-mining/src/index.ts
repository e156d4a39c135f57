/**
 * Hard-negative mining: online, k negatives a positive, and between trainings, by a working set.
 *
 * @packageDocumentation
 */
export * from './online/hard-negative-mining.ts';
export type { HardNegativeMiningOptions, HardNegativeMiningPreset } from './online/presets.ts';
export * from './working-set/class-margins.ts';
export * from './working-set/working-set.ts';
