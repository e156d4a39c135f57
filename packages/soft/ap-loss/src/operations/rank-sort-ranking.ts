import type { Operation } from '@equipoise/core';
import { defineOperation } from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import type { RankingAttributes, RankingInputs } from './average-precision-ranking.ts';
import { rankSortComposed } from './rank-sort-composed.ts';
import { rankSortOnHost } from './rank-sort-host.ts';

/**
 * The ranking and the sorting loss, and what both hand to each score as its gradient, [m]. Targets above 0 are the quality (IoU) of a
 * positive. The law is that of `rankSortLoss`.
 */
export const rankSortRanking: Operation<
  RankingInputs,
  RankingAttributes,
  readonly [ranking: Scalar, sorting: Scalar, gradient: Tensor1D]
> = defineOperation('RankSortRanking', { composed: rankSortComposed, host: rankSortOnHost });
