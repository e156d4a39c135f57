/**
 * Online k:1 hard-negative mining.
 *
 * @packageDocumentation
 */
export * from './hard-negative-mining.ts';
