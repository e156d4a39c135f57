/**
 * AP-Loss and its relatives: the ranking of all scores is the loss
 *
 * @packageDocumentation
 */
export * from './alrp.ts';
export * from './alrp-loss.ts';
export * from './ap-loss.ts';
export * from './average-precision-loss.ts';
export * from './operations/alrp-ranking.ts';
export * from './operations/average-precision-ranking.ts';
export * from './operations/rank-sort-ranking.ts';
export * from './rank-and-sort.ts';
export * from './rank-sort-loss.ts';
