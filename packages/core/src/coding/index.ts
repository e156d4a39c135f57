export type { DeltaClamp, DeltaCoder, DeltaCoderOptions, FourNumbers } from './delta-coder.ts';
export { deltaCoder } from './delta-coder.ts';
