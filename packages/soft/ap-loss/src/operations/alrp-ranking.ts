import type { Operation } from '@equipoise/core';
import { defineOperation } from '@equipoise/core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { alrpComposed } from './alrp-composed.ts';
import { alrpOnHost } from './alrp-host.ts';
import type { RankingAttributes, RankingInputs } from './average-precision-ranking.ts';

/** Inputs of {@link alrpRanking}. */
export type AlrpInputs = RankingInputs & {
  /** [m] localisation error of the positives, ≥ 0; not read elsewhere. */
  readonly errors: Tensor1D;
};

/**
 * 1 − mean precision; the gradient of each score, [m]; the rank of each positive, [m], 0 elsewhere; and what the localisation error of
 * each positive is multiplied by in aLRP's localisation loss, [m], 0 elsewhere. The law is that of `aLrpLoss`.
 */
export const alrpRanking: Operation<
  AlrpInputs,
  RankingAttributes,
  readonly [loss: Scalar, gradient: Tensor1D, ranks: Tensor1D, shares: Tensor1D]
> = defineOperation('AlrpRanking', { composed: alrpComposed, host: alrpOnHost });
