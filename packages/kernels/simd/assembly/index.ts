export { greedyNms, greedyNmsMatch, nmsBytes } from './nms';
export { maxIouAssignment, maxIouBytes } from './max-iou';
export { alrp, averagePrecision, rankingBytes, rankSort } from './rankings';
export {
  hierarchicalLocalRank,
  hierarchicalLocalRankBytes,
  rankWithinGroup,
  rankWithinGroupBytes,
} from './ranks';
export { selectBytes, selectTopK } from './select-top-k';
