/**
 * Online hard example mining, and the read-only pass that makes it cheap.
 *
 * @packageDocumentation
 */
export * from './ohem.ts';
export type { OhemOptions, OhemPreset } from './presets.ts';
export * from './read-only-pass/read-only-pass.ts';
export { withoutTape } from './read-only-pass/without-tape.ts';
export * from './selection/hard-examples.ts';
