import type { Operation } from '@equipoise/core';
import { defineOperation } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { hierarchicalLocalRankComposed } from './hierarchical-local-rank-composed.ts';
import { hierarchicalLocalRankOnHost } from './hierarchical-local-rank-host.ts';

/** Tensors of {@link hierarchicalLocalRank}. */
export type HierarchicalLocalRankInputs = {
  /** [n] the higher, the nearer to rank 0. */
  readonly scores: Tensor1D;
  /** [n] int32 ids: samples of one inner and one outer group compete for local ranks. Below 2²⁴ / outerCount. */
  readonly inner: Tensor1D;
  /** [n] int32, 0…outerCount-1: samples of one outer group are ranked together. */
  readonly outer: Tensor1D;
  /** [n] float32: 1 where a sample is ranked. */
  readonly eligible: Tensor1D;
};

/**
 * What samples of an outer group are sorted by:
 * - `exact`: the local rank, then the score;
 * - `largest`, `own`: score + (m − local rank) in float32 as in mmdetection, with m the size of the largest or of the own outer group. The
 *   sum rounds the score to about m · 2⁻²⁴, so that near scores become ties.
 */
export type RankKey = 'exact' | 'largest' | 'own';

/** Attributes of {@link hierarchicalLocalRank}. */
export interface HierarchicalLocalRankAttributes {
  readonly outerCount: number;
  readonly key: RankKey;
}

/**
 * Hierarchical local rank: all samples that are best in their inner group first, then all second ones, …, each of these levels by
 * descending score; counted from 0 in each outer group. Ties go to the lower index.
 *
 * Output: [n] float32, -1 where a sample is not ranked.
 *
 * PISA §3.2. `host`: three radix sorts at most, O(n). `composed`: eight sorts by `topk`.
 */
export const hierarchicalLocalRank: Operation<
  HierarchicalLocalRankInputs,
  HierarchicalLocalRankAttributes,
  Tensor1D
> = defineOperation('HierarchicalLocalRank', {
  composed: hierarchicalLocalRankComposed,
  host: hierarchicalLocalRankOnHost,
});
