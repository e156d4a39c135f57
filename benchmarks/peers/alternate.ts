import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { median } from '../throughput/device-time.ts';
import { differenceOf } from './agreement.ts';
import type { Implementation } from './implementations.ts';
import type { Players } from './players.ts';
import { isTimed, type PeerRow, type RowKey, type Timed } from './row.ts';
import { WorkerFailed, type WorkerProcess } from './worker-process.ts';
import type { Work } from './works/work.ts';

/** How long is measured. */
interface Pace {
  readonly rounds: number;
  /** A turn goes on for this long, at least one call. */
  readonly turnMs: number;
  /** Before the first round. */
  readonly warmUpMs: number;
  /** A call that takes longer is given up; of a peer, which compiles in its first, three times that. */
  readonly limitMs: number;
  /** An implementation that has taken this much in all sits out the rounds that are left. */
  readonly budgetMs: number;
}

const FULL: Pace = { rounds: 9, turnMs: 150, warmUpMs: 600, limitMs: 20_000, budgetMs: 3000 };
const QUICK: Pace = { rounds: 2, turnMs: 1, warmUpMs: 1, limitMs: 20_000, budgetMs: 500 };

/** An implementation in the race. */
interface Racer {
  readonly implementation: Implementation;
  readonly worker: WorkerProcess;
  readonly outputs: readonly string[];
  /** Milliseconds of a call, as last seen. */
  callMs: number;
  spentMs: number;
  failure?: string;
  readonly times: number[];
}

/** A work to be measured by all who do it. */
export interface Race {
  readonly work: Work;
  readonly key: Omit<RowKey, 'implementation'>;
  readonly implementations: readonly Implementation[];
  /** Where its inputs lie; outputs are written beside them. */
  readonly folder: string;
  readonly quick: boolean;
}

/**
 * Lets all implementations of a work take turns, round after round, so that whatever slows the machine slows all. Whatever happens to one
 * of them, each has its row.
 */
export async function alternate(
  { work, key, implementations, folder, quick }: Race,
  players: Players,
  say: (words: string) => void,
): Promise<PeerRow[]> {
  const pace = quick ? QUICK : FULL;
  const racers: Racer[] = [];
  const absent = new Map<string, string>();
  for (const implementation of implementations) {
    say(`${implementation.name}: warms up`);
    try {
      racers.push(await prepared(work, implementation, folder, players, pace));
    } catch (error) {
      if (!(error instanceof WorkerFailed)) throw error;
      absent.set(implementation.name, error.message);
    }
  }
  for (let round = 0; round < pace.rounds; round++) {
    // Who goes first alternates too.
    for (const racer of round % 2 === 0 ? racers : racers.toReversed()) {
      say(`round ${round + 1} of ${pace.rounds}: ${racer.implementation.name}`);
      await turn(racer, pace);
    }
  }
  const sound = racers.filter(({ failure }) => failure === undefined);
  // A peer where there is one, else what has no kernels of ours.
  const reference = (sound.find(isReference) ?? sound[0])?.outputs;
  const rows = implementations.map(({ name }): PeerRow => {
    const racer = racers.find(({ implementation }) => implementation.name === name);
    const skipped = absent.get(name) ?? racer?.failure;
    if (skipped !== undefined || !racer) return { ...key, implementation: name, skipped: skipped ?? '' };
    return { ...key, implementation: name, ...timed(racer, reference!, work) };
  });
  return withRatios(rows, implementations);
}

/** Loads the inputs, writes the outputs of the first call for comparison, and calls until it is warm. */
async function prepared(
  work: Work,
  implementation: Implementation,
  folder: string,
  players: Players,
  pace: Pace,
): Promise<Racer> {
  const worker = await players.of(implementation);
  const check = path.join(folder, implementation.name.replaceAll(/\W+/g, '-'));
  mkdirSync(check, { recursive: true });
  const name = implementation.peer ?? implementation.name;
  const limitMs = implementation.peer === undefined ? pace.limitMs : 3 * pace.limitMs;
  await worker.ask({ load: name, work: work.name, folder }, limitMs);
  const { times = [] } = await worker.ask({ check }, limitMs);
  const racer: Racer = {
    implementation,
    worker,
    outputs: work.outputs.map((_, place) => path.join(check, `${place}.bin`)),
    callMs: times[0]!,
    spentMs: 0,
    times: [],
  };
  // A first call compiles and is never counted, unless ours took so long that one call has to do.
  if (implementation.peer === undefined && racer.callMs > pace.limitMs / 3) {
    record(racer, times);
    return racer;
  }
  const warm = performance.now();
  do racer.callMs = (await run(racer, 1, pace))[0]!;
  while (performance.now() - warm < Math.min(pace.warmUpMs, 4 * racer.callMs + pace.warmUpMs / 2));
  // The same where calls are slow without compiling.
  if (racer.callMs > pace.budgetMs) record(racer, [racer.callMs]);
  return racer;
}

async function turn(racer: Racer, pace: Pace): Promise<void> {
  const spent = racer.times.length > 0 && racer.spentMs + racer.callMs > pace.budgetMs;
  if (racer.failure !== undefined || spent) return;
  const calls = Math.min(1000, Math.max(1, Math.round(pace.turnMs / racer.callMs)));
  try {
    // Others have used the caches since: where calls are short, one goes before those that count.
    if (calls > 2) await run(racer, 1, pace);
    const times = await run(racer, calls, pace);
    record(racer, times);
  } catch (error) {
    if (!(error instanceof WorkerFailed)) throw error;
    racer.failure = error.message;
  }
}

function record(racer: Racer, times: readonly number[]): void {
  racer.times.push(...times);
  racer.callMs = median(times);
  racer.spentMs += times.reduce((a, b) => a + b, 0);
}

async function run({ worker }: Racer, calls: number, { limitMs }: Pace): Promise<readonly number[]> {
  const { times } = await worker.ask({ run: calls }, limitMs);
  return times ?? [];
}

function timed({ times, outputs }: Racer, reference: readonly string[], work: Work): Timed {
  const medianMs = median(times);
  return {
    medianMs,
    spreadMs: median(times.map((time) => Math.abs(time - medianMs))),
    samples: times.length,
    ratioToOurs: null,
    ours: null,
    growth: null,
    differs: outputs === reference ? null : differenceOf(outputs, reference, work.outputs),
  };
}

function isReference({ implementation: { player } }: Racer): boolean {
  return player.language === 'python' || player.form !== 'fused';
}

/** Ours is the fastest that has fused kernels, and agrees; without any, the fastest of our own. */
function withRatios(rows: readonly PeerRow[], implementations: readonly Implementation[]): PeerRow[] {
  const candidates = rows
    .filter(isTimed)
    .filter(({ implementation, differs }) => differs === null && isOwn(implementation));
  const fused = candidates.filter(({ implementation }) => implementation.startsWith('equipoise simd'));
  const [ours] = (fused.length > 0 ? fused : candidates).toSorted((a, b) => a.medianMs - b.medianMs);
  if (!ours) return [...rows];
  return rows.map((row) =>
    isTimed(row) ? { ...row, ratioToOurs: row.medianMs / ours.medianMs, ours: ours.implementation } : row,
  );

  function isOwn(name: string): boolean {
    return implementations.some((implementation) => implementation.name === name && implementation.own);
  }
}
