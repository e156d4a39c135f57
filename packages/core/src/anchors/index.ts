export type { AnchorGeneratorOptions, Stride } from './anchor-generator.ts';
export { anchorGenerator } from './anchor-generator.ts';
export type { AnchorGenerator, FlatAnchors, Size } from './anchor-grid.ts';
export { insideFlags } from './inside-flags.ts';
export type { SsdAnchorsOptions } from './ssd-anchors.ts';
export { ssdAnchors } from './ssd-anchors.ts';
