export * from './decode-deltas.ts';
export type { DeltaClamp, DeltaCoder, DeltaCoderOptions } from './delta-coder.ts';
export { deltaCoder } from './delta-coder.ts';
export type { BoxCoder } from './box-coder.ts';
export type { DistancePointCoderOptions } from './distance-point-coder.ts';
export { distancePointCoder } from './distance-point-coder.ts';
export type { TblrCoderOptions } from './tblr-coder.ts';
export { tblrCoder } from './tblr-coder.ts';
