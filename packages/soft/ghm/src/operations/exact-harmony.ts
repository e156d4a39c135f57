import type { Operation } from '@equipoise/core';
import { defineOperation } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { exactHarmonyComposed } from './exact-harmony-composed.ts';
import { exactHarmonyOnHost } from './exact-harmony-host.ts';
import type { GradientHistogramInputs } from './gradient-histogram.ts';

/** Attributes of {@link exactHarmony}. */
export type ExactHarmonyAttributes = { readonly epsilon: number; readonly groupCount: number };

/**
 * β = N / GD(g) of every entry, with N and the exact density of its group: [m] float32, 0 where an entry is not counted. The law of
 * {@link exactDensity}; inputs as of {@link gradientHistogram}.
 */
export const exactHarmony: Operation<GradientHistogramInputs, ExactHarmonyAttributes, Tensor1D> =
  defineOperation('ExactHarmony', { composed: exactHarmonyComposed, host: exactHarmonyOnHost });
