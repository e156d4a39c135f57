import { isTimed, type PeerRow } from './row.ts';

/** Time of an anchor, in nanoseconds. */
export function perAnchor({
  medianMs,
  anchors,
}: {
  readonly medianMs: number;
  readonly anchors: number;
}): number {
  return (1e6 * medianMs) / anchors;
}

/** Rows with how much longer an anchor takes them than the same implementation at the smallest size of the work; 1 is no growth. */
export function withGrowth(rows: readonly PeerRow[]): PeerRow[] {
  const seriesOf = ({ work, classes, threads, implementation }: PeerRow): string =>
    JSON.stringify([work, classes, threads, implementation]);
  const smallest = new Map(
    rows
      .filter(isTimed)
      .toSorted((a, b) => b.anchors - a.anchors)
      .map((row) => [seriesOf(row), row]),
  );
  return rows.map((row) => {
    const first = smallest.get(seriesOf(row));
    if (!isTimed(row) || !first || first.anchors === row.anchors) return row;
    return { ...row, growth: perAnchor(row) / perAnchor(first) };
  });
}
