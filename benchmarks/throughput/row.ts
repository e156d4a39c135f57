import type { Machine } from '../command/machine.ts';
import type { BackendName } from '../backends/index.ts';

/** Where the inputs come from: a real detector's, made up with the same statistics, or the named worst case. */
export const SOURCES = ['pool', 'synthetic', 'uniform'] as const;
export type Source = (typeof SOURCES)[number];

/** How far the detector is trained that gives the inputs. */
export const STAGES = ['initial', 'middle', 'trained'] as const;
export type Stage = (typeof STAGES)[number];

/** What a strategy runs on: fused kernels, what the backend takes without any, or tfjs ops alone. */
export const KERNELS = ['fused', 'none', 'composed'] as const;
export type Kernels = (typeof KERNELS)[number];

/** One measurement to make, in a process of its own. Plain data, sent as a message. */
export interface Case {
  /** A strategy under its criterion, forward and backward; or one operation, in each of its implementations. */
  readonly kind: 'strategy' | 'operation';
  readonly work: string;
  readonly backend: BackendName;
  /** Of a strategy; operations are measured in every implementation, in fused ones only if this says so. */
  readonly kernels: Kernels;
  /** Undefined leaves the backend its own number. */
  readonly threads?: number;
  readonly anchors: number;
  readonly classes: number;
  readonly source: Source;
  readonly stage: Stage;
  /** Few samples: to see that all runs. */
  readonly quick: boolean;
  /** Modules that bring strategies. */
  readonly with: readonly string[];
}

/** What a case is measured as: the implementation that a call takes by itself, or a certain one. */
export type Implementation = 'default' | 'host' | 'composed' | 'fused';

/** Times of one implementation in one case. */
export interface Measured {
  readonly implementation: Implementation;
  /** Timed calls, after warm-up. */
  readonly samples: number;
  /** By the device's own clock where it has one, else by this process's. */
  readonly medianMs: number;
  /** Median absolute deviation from the median. */
  readonly spreadMs: number;
  readonly minMs: number;
  readonly anchorsPerSecond: number;
  /** A call as this process sees it, until the device has finished; null where `medianMs` is that. */
  readonly wallMs: number | null;
  /** Bytes of all storage bindings of all dispatches; null where they are not counted. */
  readonly bytesMoved: number | null;
  /** Shaders run; null where there are none. */
  readonly dispatches: number | null;
  /** Inputs read once and gradients (or outputs) written once. */
  readonly bytesRequired: number;
  /** Bytes a second, read and written, of a large copy in the same process. */
  readonly copyBytesPerSecond: number;
  /** bytesRequired / time, as a share of the copy's. */
  readonly copyShare: number;
  /** Time of the composed implementation over this one's; null where there is none to compare with. */
  readonly ratioToComposed: number | null;
  /** The most bytes that tensors took, inputs included; null where no tfjs kernel ran. */
  readonly peakBytes: number | null;
}

/** A line of the table: figures, or why there are none. */
export type Row = Omit<Case, 'quick' | 'with'> & (Measured | { readonly skipped: string });

/** What `bench.json` holds. */
export interface BenchResult {
  readonly meta: {
    readonly command: string;
    readonly date: string;
    /** Whether the samples are few: such figures are not to be quoted. */
    readonly quick: boolean;
    /** Where the inputs come from. */
    readonly inputs: Source;
    /** Backend to what it says of itself. */
    readonly backends: Readonly<Record<string, string>>;
    readonly versions: Readonly<Record<string, string>>;
    readonly machine: Machine;
  };
  readonly rows: readonly Row[];
}

/** Whether a row has figures. */
export function isMeasured<R extends Row>(row: R): row is R & Measured {
  return !('skipped' in row);
}
