import type { Operation } from '@equipoise/core';
import { defineOperation } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { exactHarmonyComposed } from './exact-harmony-composed.ts';
import { exactHarmonyOnHost } from './exact-harmony-host.ts';

/** Inputs of {@link exactHarmony}: n samples with m / n entries each. */
export type ExactHarmonyInputs = {
  /** [m] norms in [0, 1], the entries of a sample side by side. */
  readonly norms: Tensor1D;
  /** [n] weights; a sample of weight 0 is not counted, and no other weight counts more than once. */
  readonly weights: Tensor1D;
  /** [n] int32, 0…groupCount-1: whose density. */
  readonly group: Tensor1D;
};

/** Attributes of {@link exactHarmony}. */
export type ExactHarmonyAttributes = { readonly epsilon: number; readonly groupCount: number };

/**
 * β = N / GD(g) of every entry, with N and the exact density of its group: [m] float32, 0 where an entry is not counted. The law of
 * {@link exactDensity}.
 */
export const exactHarmony: Operation<ExactHarmonyInputs, ExactHarmonyAttributes, Tensor1D> = defineOperation(
  'ExactHarmony',
  { composed: exactHarmonyComposed, host: exactHarmonyOnHost },
);
