/**
 * The laws that every sampling strategy keeps, as property tests.
 *
 * @packageDocumentation
 */
export * from './cases/index.ts';
export * from './laws.ts';
export * from './random-samples.ts';
