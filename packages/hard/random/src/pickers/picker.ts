import type { Random, SampleField, Samples, StrategyState } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';

/** What a picker chooses from, on the device. */
export interface PickRequest {
  readonly samples: Samples;
  /** [n] float32, 1 where a sample may be chosen. */
  readonly eligible: Tensor1D;
  /** [imageCount] how many to choose in each image; all that are eligible where there are no more. */
  readonly k: Tensor1D;
  /** [n] a number of each sample, uniform in [0, 1), that nobody else looks at. */
  readonly keys: Tensor1D;
}

/** What a picker chooses from, in one image and in plain numbers. */
export interface IndexRequest {
  /** Ascending; more than `count`. */
  readonly eligible: Int32Array;
  readonly count: number;
  readonly candidates: Candidates;
  readonly random: Permutations;
  /** Whether this picker has had to choose before. */
  readonly again: boolean;
}

/** The anchors or RoIs of one image after assignment, in the numbers of mmdetection. */
export interface Candidates {
  /** [n] -1 ignored, 0 negative, k ≥ 1 matched to ground truth k - 1. */
  readonly gtInds: ArrayLike<number>;
  /** [n] IoU with the best ground truth; needed by `iouBalanced`. */
  readonly maxOverlaps?: ArrayLike<number>;
}

/** A source of random permutations: core's `Random`, or `torchRandom` for the numbers of a reference. */
export interface Permutations {
  /** The numbers 0…count-1 in random order. */
  permutation(count: number): Int32Array;
}

/** How to choose some of the positives, or some of the negatives, at random. */
export interface Picker<State extends StrategyState = void> {
  readonly name: string;
  /** Options in force. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The sample fields it reads. */
  readonly needs: readonly SampleField[];
  /** The state before the first step. */
  init(): State;
  /** [n] float32, 1 where a sample is chosen, of a whole batch; nothing is read back. */
  pick(request: PickRequest, state: State, random: Random): readonly [Tensor1D, State];
  /** The chosen indices of one image, in any order, some perhaps twice. */
  pickIndices(request: IndexRequest): Int32Array;
}

/** Who chooses, in `combinedSampling` and `sampleIndices`. */
export interface Pickers<P extends StrategyState, N extends StrategyState> {
  /** Chooses among the positives. */
  readonly positives: Picker<P>;
  /** Chooses among the negatives. */
  readonly negatives: Picker<N>;
}
