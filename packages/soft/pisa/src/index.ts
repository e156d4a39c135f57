/**
 * Prime sample attention: IoU-HLR, Score-HLR, ISR-P, ISR-N and CARL
 *
 * @packageDocumentation
 */
export * from './carl.ts';
export * from './ground-truth-ids.ts';
export type { ImportanceOptions } from './importance.ts';
export { iouHlr, type PisaPreset } from './iou-hlr.ts';
export type { IsrNOptions } from './isr-n-options.ts';
export * from './isr-n.ts';
export { isrP, type IsrPOptions } from './isr-p.ts';
export * from './operations/hierarchical-local-rank.ts';
export * from './pisa.ts';
export * from './sample-by-score-hlr.ts';
export { scoreHlr } from './score-hlr.ts';
