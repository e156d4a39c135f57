/** What a worker process is told: one strategy, one seed. Plain data, sent as a message. */
export interface Job {
  /** Word of `--strategies`. */
  readonly strategy: string;
  readonly seed: number;
  readonly settings: Settings;
}

/** Everything that a comparison is asked for. */
export interface Settings {
  readonly data: string;
  readonly classes: readonly string[];
  readonly trainSplits: readonly string[];
  readonly evaluationSplits: readonly string[];
  readonly strategies: readonly string[];
  readonly with: readonly string[];
  readonly steps: number;
  readonly seeds: number;
  readonly batch: number;
  readonly backend: 'auto' | 'wasm' | 'tensorflow' | 'webgpu';
  readonly jobs: number;
  readonly prior: boolean;
  readonly out: string;
}
