/** What the page found, as JSON in its document. */
export interface Outcome {
  /** Whether the page is cross-origin isolated, so that it may share memory. */
  readonly isolated: boolean;
  /** What `setThreads(2)` resolved to, or said as it refused. */
  readonly threads: number | string;
  readonly runs: readonly Run[];
}

/** The works of the page on a backend, with kernels. */
export interface Run {
  readonly backend: string;
  /** Of the kernels; the backend's own are not counted. */
  readonly threads: number;
  /** The operations of ours that ran as kernels. */
  readonly kernels: readonly string[];
  /** Whether kernels ran where the backend's tensors lie. */
  readonly inPlace: boolean;
  /** Whether the backend's memory is shared between threads. */
  readonly shared: boolean;
  /** How many calls were handed to workers. */
  readonly tasks: number;
  readonly differences: Differences;
}

/** What kernels gave, against the same backend without them. */
export interface Differences {
  /** Relative. */
  readonly loss: number;
  /** The largest of an entry, relative to the largest entry. */
  readonly gradient: number;
  /** How many boxes NMS kept or dropped otherwise. */
  readonly boxes: number;
}
