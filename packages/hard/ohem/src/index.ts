/**
 * Online hard example mining.
 *
 * @packageDocumentation
 */
export * from './ohem.ts';
