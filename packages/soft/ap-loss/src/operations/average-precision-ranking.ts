import type { Operation } from '@equipoise/core';
import { defineOperation } from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { averagePrecisionComposed } from './average-precision-composed.ts';
import { averagePrecisionOnHost } from './average-precision-host.ts';

/** Inputs of the rankings: m entries. */
export type RankingInputs = {
  /** [m] float32 logits. */
  readonly scores: Tensor1D;
  /** [m] float32: above 0 a positive, 0 a negative, below 0 ignored. */
  readonly targets: Tensor1D;
};

/** Attributes of the rankings. */
export type RankingAttributes = {
  /** δ: scores nearer than this count as partly ranked. */
  readonly delta: number;
};

/** 1 − interpolated AP, and what is handed to each score as its gradient, [m]. The law is that of `averagePrecisionLoss`. */
export const averagePrecisionRanking: Operation<
  RankingInputs,
  RankingAttributes,
  readonly [loss: Scalar, gradient: Tensor1D]
> = defineOperation('AveragePrecisionRanking', {
  composed: averagePrecisionComposed,
  host: averagePrecisionOnHost,
});
