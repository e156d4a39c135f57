/**
 * Moves wanted positions as little as possible, so that neighbours are `gap` apart and all lie in [low, high].
 * Positions that clash form a block about their common mean, and blocks that then touch merge.
 */
export function dodge(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, at) => at).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  // In the frame of "position less the room that those above need", apart means no more than ascending.
  const room = Math.max(0, high - low - gap * (wanted.length - 1));
  const blocks: { sum: number; size: number }[] = [];
  for (const [rank, at] of order.entries()) {
    let block = { sum: (wanted[at] ?? 0) - rank * gap, size: 1 };
    for (
      let last = blocks.at(-1);
      last && last.sum / last.size > block.sum / block.size;
      last = blocks.at(-1)
    ) {
      block = { sum: block.sum + last.sum, size: block.size + last.size };
      blocks.pop();
    }
    blocks.push(block);
  }
  const flat = blocks.flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size));
  const placed: number[] = [];
  for (const [rank, at] of order.entries()) {
    placed[at] = Math.min(low + room, Math.max(low, flat[rank] ?? low)) + rank * gap;
  }
  return placed;
}
