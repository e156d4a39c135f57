/** What is known of a value that is not NaN: it lies in [low, high]. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export const ANYTHING: Range = { low: -Infinity, high: Infinity };
