import { isTimed, type PeerRow, type Reached } from './row.ts';
import type { Work } from './works/work.ts';

/** What rows of one run of a work say of its targets. */
export function reachedBy(rows: readonly PeerRow[], { name, title, targets }: Work): Reached[] {
  const [first] = rows;
  if (!first) return [];
  const { anchors, classes, threads } = first;
  return targets.map(({ against, atLeast }): Reached => {
    // A peer that computes something else is no peer; one on CUDA has its own row.
    const peers = rows.filter(({ implementation }) => against.some((peer) => isOn(implementation, peer)));
    const [fastest] = peers
      .filter(isTimed)
      .filter(({ differs }) => differs === null)
      .toSorted((a, b) => a.medianMs - b.medianMs);
    const ratio = fastest?.ratioToOurs ?? null;
    return {
      work: name,
      title,
      anchors,
      classes,
      threads,
      against: fastest?.implementation ?? against.join(' or '),
      target: atLeast,
      ratio,
      ours: fastest?.ours ?? null,
      why: ratio === null ? whyNot(peers, fastest !== undefined) : null,
    };
  });
}

/** A peer by its name alone, or tfjs's own operation on any backend. */
function isOn(implementation: string, peer: string): boolean {
  return implementation === peer || (peer.startsWith('tf.') && implementation.startsWith(`${peer}, `));
}

function whyNot(peers: readonly PeerRow[], measured: boolean): string {
  if (measured) return 'ours was not measured, or computes something else';
  return peers
    .map((row) =>
      isTimed(row)
        ? `${row.implementation} differs: ${row.differs}`
        : `${row.implementation}: ${row.skipped}`,
    )
    .join('; ');
}
