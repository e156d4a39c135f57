// GHM in plain double precision, a loop over groups and bins: what the packages's tensors are compared with.

/** What the oracle needs of the options. */
export interface OracleOptions {
  readonly bins: number;
  readonly momentum: number;
  readonly biasCorrection: boolean;
  readonly normalizeBy: 'non-empty' | 'all';
  /** All groups share one running mean, updated in order. */
  readonly shared: boolean;
  /** mmdetection: empty bins keep their mean, and each group's loss is a mean of its own. */
  readonly mmdet: boolean;
  readonly maxWeight: number;
}

/** Running counts and how often each was updated. */
export interface OracleState {
  readonly counts: number[][];
  readonly updates: number[][];
}

export function oracleStart(rows: number, bins: number): OracleState {
  const table = () => Array.from({ length: rows }, () => zeros(bins));
  return { counts: table(), updates: table() };
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

/** The bin of a norm: the last edge fround(j / M) that is not above it. */
export function binOf(g: number, bins: number): number {
  let bin = 0;
  for (let j = 1; j < bins; j++) if (g >= Math.fround(j / bins)) bin = j;
  return bin;
}

/** β of every entry [n][columns], 0 at samples of weight 0; changes `state`. */
export function oracleWeights(
  norms: readonly (readonly number[])[],
  weights: readonly number[],
  group: readonly number[],
  groups: number,
  options: OracleOptions,
  state: OracleState,
): number[][] {
  const { bins, momentum, mmdet } = options;
  const beta = norms.map((row) => row.map(() => 0));
  const total = norms.reduce((sum, row, i) => sum + (weights[i]! > 0 ? row.length : 0), 0);
  for (let id = 0; id < groups; id++) {
    const members = norms.flatMap((row, i) =>
      weights[i]! > 0 && group[i] === id ? row.map((g, c) => ({ i, c, bin: binOf(g, bins) })) : [],
    );
    const row = options.shared ? 0 : id;
    const held = zeros(bins);
    for (const { bin } of members) held[bin]!++;
    const regions = options.normalizeBy === 'all' ? bins : held.filter((count) => count > 0).length;
    for (let j = 0; j < bins; j++) {
      if (mmdet ? held[j] === 0 : members.length === 0) continue;
      state.counts[row]![j] = momentum * state.counts[row]![j]! + (1 - momentum) * held[j]!;
      state.updates[row]![j]!++;
    }
    for (const { i, c, bin } of members) {
      const correction = options.biasCorrection ? 1 - momentum ** state.updates[row]![bin]! : 1;
      const density = state.counts[row]![bin]! / correction;
      const population = mmdet ? total : members.length;
      beta[i]![c] = Math.min(population / (density * regions), options.maxWeight);
    }
  }
  return beta;
}

export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** −ln p of the true side, stable. */
export function crossEntropy(z: number, y: number): number {
  return Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));
}
