import type * as tf from '@tensorflow/tfjs-core';
import type { Source } from '../../throughput/row.ts';
import type { Arrays } from '../inputs/arrays.ts';

/** How much work. */
export interface Size {
  readonly anchors: number;
  readonly classes: number;
}

/** The inputs as tensors, by the names of {@link Arrays}. */
export type Tensors = Readonly<Record<string, tf.Tensor>>;

/** How an output is compared with the reference's. */
export type Likeness =
  /** All numbers within `within` of the largest, but for a share of them where rounding may decide otherwise. */
  | { readonly kind: 'numbers'; readonly within: number; readonly exceptions?: number }
  /** The same numbers ≥ 0, in any order. */
  | { readonly kind: 'indices' };

/** What an implementation must reach against a peer: the ratio of the peer's time to ours. */
export interface Target {
  /** Peers by name; the fastest counts. */
  readonly against: readonly string[];
  readonly atLeast: number;
}

/** Work that all implementations do on the same inputs. */
export interface Work {
  readonly name: string;
  /** For the table. */
  readonly title: string;
  readonly sizes: readonly Size[];
  /** To see that all runs. */
  readonly quickSizes: readonly Size[];
  readonly inputs: (size: Size, source: Source) => Arrays;
  /** A call through the public API; its outputs are the caller's. */
  readonly ours: (inputs: Tensors) => () => tf.Tensor[];
  /** The same where the tfjs ops need a bound that the others do without. */
  readonly bounded?: (inputs: Tensors) => () => tf.Tensor[];
  /** An operation of tfjs itself that does the same; its name and the call. */
  readonly tfjs?: {
    readonly name: string;
    readonly run: (inputs: Tensors) => () => tf.Tensor[] | Promise<tf.Tensor[]>;
  };
  /** How each output, in order, is compared. */
  readonly outputs: readonly Likeness[];
  /** Peers in Python that do it, as `python/` names them. The first is what the others must agree with. */
  readonly peers: readonly string[];
  readonly targets: readonly Target[];
}

/** Whether a work has no peers: it is measured against itself, at several sizes. */
export function isScaling({ peers }: Work): boolean {
  return peers.length === 0;
}
