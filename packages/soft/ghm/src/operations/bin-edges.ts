/** Where bins begin, but for the first: [bins - 1] float32. */
export function binEdges(bins: number): Float32Array {
  return Float32Array.from({ length: bins - 1 }, (_, j) => (j + 1) / bins);
}
