export { greedyNms, greedyNmsMatch, nmsBytes } from './nms';
export { maxIouAssignment, maxIouBytes } from './max-iou';
export { alrp } from './alrp';
export { averagePrecision } from './average-precision';
export { rankingBytes } from './ranking';
export { rankSort } from './rank-sort';
export {
  hierarchicalLocalRank,
  hierarchicalLocalRankBytes,
  rankWithinGroup,
  rankWithinGroupBytes,
} from './ranks';
export { selectBytes, selectTopK } from './select-top-k';
export { maskIndices, rowsAt } from './rows';
export { alignedIou, decodeDeltas } from './boxes';
