/**
 * The laws that every sampling strategy keeps, as property tests; and comparisons with references.
 *
 * @packageDocumentation
 */
export * from './agrees.ts';
export type { Batch, Row } from './batches/batch.ts';
export * from './cases/index.ts';
export * from './check-law.ts';
export * from './conforms.ts';
export * from './formula-agrees.ts';
export * from './gradient-agrees.ts';
export * from './in-double.ts';
export * from './laws/index.ts';
export * from './random-samples.ts';
export * from './recording-formulas.ts';
