import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Random } from '../random.ts';
import type { SampleField, Samples } from '../samples/samples.ts';

/** What each sample counts in each task. Every tensor belongs to the caller's tidy scope. */
export interface SampleWeights {
  /** [n], or [n, C] where entries of one sample differ: factors of the classification loss. 0 at ignored samples. */
  readonly classification: Tensor;
  /** [n] factors of the box loss. 0 wherever a sample is no positive. */
  readonly box: Tensor1D;
  /** What the weighted classification losses are divided by, ≥ 1. */
  readonly classificationNormalizer: Scalar;
  /** What the weighted box losses are divided by, ≥ 1. */
  readonly boxNormalizer: Scalar;
}

/** The two losses of a step as a strategy gives them in one piece: normalised, with their gradient. */
export interface StrategyLoss {
  readonly classification: Scalar;
  readonly box: Scalar;
  /** The same step's weights, for reports; detached. May be made when first read: see {@link withWeights}. */
  readonly weights: SampleWeights;
}

/**
 * What a strategy carries from step to step: tensors, numbers and lists of them, or nothing. The criterion keeps, saves,
 * restores and disposes it.
 */
export type StrategyState =
  | void
  | Tensor
  | number
  | readonly StrategyState[]
  | { readonly [name: string]: StrategyState };

interface StrategyBase<State> {
  /** The paper's name, kebab-case. */
  readonly name: string;
  /** Options in force; survives `structuredClone`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The sample fields it reads besides logits and labels; checked before the first step. */
  readonly needs: readonly SampleField[];
  /** The state before the first step. */
  init(): State;
  /**
   * Weighs the samples. Pure: reads `samples` and `state`, returns new tensors, draws randomness from `random` only. Never reads a
   * tensor back to the host, so that a GPU is not stalled.
   */
  apply(samples: Samples, state: State, random: Random): readonly [SampleWeights, State];
}

/** Chooses which samples train: every weight is 0 or the sample's own label weight. */
export interface HardStrategy<State extends StrategyState = void> extends StrategyBase<State> {
  readonly kind: 'hard';
}

/** Lets all samples train, each with its own weight. */
export interface SoftStrategy<State extends StrategyState = void> extends StrategyBase<State> {
  readonly kind: 'soft';
  /**
   * The losses in one piece, where the gradient is not "weight × base gradient" (AP-Loss) or a fused kernel is faster (focal).
   * Without it the criterion multiplies the weights of `apply` with the task's base losses.
   */
  loss?(samples: Samples, state: State, random: Random): readonly [StrategyLoss, State];
}

/** A pluggable way to sample or weigh the anchors or RoIs of a batch. */
export type SampleStrategy<State extends StrategyState = void> = HardStrategy<State> | SoftStrategy<State>;
