import type { Machine } from '../command/machine.ts';
import type { Source } from '../throughput/row.ts';

/** What a row is about. */
export interface RowKey {
  readonly work: string;
  readonly anchors: number;
  readonly classes: number;
  readonly threads: number;
  readonly implementation: string;
}

/** Times of one implementation of a work. */
export interface Timed {
  readonly medianMs: number;
  /** Median absolute deviation from the median. */
  readonly spreadMs: number;
  readonly samples: number;
  /** Its median over that of ours; null where ours was not measured. */
  readonly ratioToOurs: number | null;
  /** The implementation that counts as ours in this work. */
  readonly ours: string | null;
  /** Its time of an anchor over that at the smallest size of the work; null at that size, or where there is no other. */
  readonly growth: number | null;
  /** How its outputs differ from the reference's; null where they agree, or where it is the reference. */
  readonly differs: string | null;
}

/** A line of `peers.json`: figures, or why there are none. */
export type PeerRow = RowKey & (Timed | { readonly skipped: string });

/** What must be reached, and what was. */
export interface Reached {
  readonly work: string;
  readonly title: string;
  readonly anchors: number;
  readonly classes: number;
  readonly threads: number;
  /** The peer that counts: the fastest of those named. */
  readonly against: string;
  readonly target: number;
  /** Null where one of both was not measured; `why` says which. */
  readonly ratio: number | null;
  readonly ours: string | null;
  readonly why: string | null;
}

/** What `peers.json` holds. */
export interface PeersResult {
  readonly meta: {
    readonly command: string;
    readonly date: string;
    /** Whether the samples are few: such figures are not to be quoted. */
    readonly quick: boolean;
    readonly inputs: Source;
    readonly versions: Readonly<Record<string, string>>;
    readonly machine: Machine;
  };
  readonly targets: readonly Reached[];
  /** Works in which a machine is measured against itself, by their names. */
  readonly scaling: readonly string[];
  readonly rows: readonly PeerRow[];
}

/** Whether a row has figures. */
export function isTimed<R extends PeerRow>(row: R): row is R & Timed {
  return !('skipped' in row);
}
