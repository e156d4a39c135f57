// npm run bench:peers: the same work on the same inputs in PyTorch, torch.compile, torchvision, JAX, tfjs and Equipoise, alternating in one
// run; writes peers.json and report.html.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Listr } from 'listr2';
import { useBackend } from '../backends/index.ts';
import { onInterrupt } from '../command/interrupt.ts';
import { thisMachine } from '../command/machine.ts';
import { UsageError } from '../command/usage.ts';
import { count, counted, milliseconds } from '../report/words.ts';
import { times } from '../throughput/bench-table.ts';
import { checkWritable, OutputError, writeWhole } from '../training/store.ts';
import { alternate } from './alternate.ts';
import { hasCuda, pythonOf, setUp } from './environment.ts';
import { withGrowth } from './growth.ts';
import { implementationsOf, implementationsOfScaling } from './implementations.ts';
import { writeArrays } from './inputs/arrays.ts';
import { peersReport } from './peers-report.ts';
import { peersTable } from './peers-table.ts';
import { Players } from './players.ts';
import { RaceStore, type StoredRace } from './race-store.ts';
import { reachedBy } from './reached.ts';
import { isTimed, type PeerRow, type PeersResult, type RowKey } from './row.ts';
import { type Settings, settingsOf } from './settings.ts';
import { works } from './works/index.ts';
import { isScaling, type Work } from './works/work.ts';

type RaceKey = Omit<RowKey, 'implementation'>;

let running: Players | undefined;
const scratch = mkdtempSync(path.join(os.tmpdir(), 'equipoise-peers-'));

async function peers(settings: Settings): Promise<void> {
  const { venv, source, quick, out } = settings;
  checkWritable(out);
  if (settings.setup) setUp(venv, console.log);
  const cuda = hasCuda(venv);
  const machine = thisMachine();
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB${cuda ? ', CUDA' : ''}; inputs: ${source}`,
  );
  // Inputs are made here, with tfjs where a bound is to be known.
  await useBackend('cpu');
  const races = await raceAll(settings, cuda);
  const rows = withGrowth(races.flatMap(({ race }) => race.rows));
  const result: PeersResult = {
    meta: {
      command: `npm run bench:peers -- ${process.argv.slice(2).join(' ')}`.trim(),
      date: new Date().toISOString(),
      quick,
      inputs: source,
      versions: Object.assign({}, ...races.map(({ race }) => race.versions)),
      machine,
    },
    targets: races.flatMap(({ work, race }) => reachedBy(race.rows, work)),
    scaling: settings.works.filter((name) => isScaling(works[name]!)),
    rows,
  };
  const json = path.join(out, 'peers.json');
  const report = path.join(out, 'report.html');
  writeWhole(json, `${JSON.stringify(result, null, 1)}\n`);
  writeWhole(report, peersReport(result));
  console.log(`\n${peersTable(rows, result.targets)}\n\n${json}\n${report}`);
  if (!rows.some(isTimed)) throw new Error('nothing could be measured; the table says why');
}

/** One number of threads after the other: workers are pinned when they start, and those of another number are stopped. */
async function raceAll(
  settings: Settings,
  cuda: boolean,
): Promise<{ readonly work: Work; readonly race: StoredRace }[]> {
  const { quick, source, out, venv, implementations } = settings;
  const store = new RaceStore(out, { quick, source, venv, implementations });
  const all: { work: Work; race: StoredRace }[] = [];
  let players: Players | undefined;
  const playersOf = (threads: number): Players => {
    if (players?.threads !== threads) {
      players?.stop();
      running = players = new Players(threads, pythonOf(venv));
    }
    return players;
  };
  const tasks = racesOf(settings).map(({ work, key }) => ({
    title: `${work.title}, ${count(key.anchors)} × ${key.classes}, ${counted(key.threads, 'thread')}`,
    async task(_: unknown, task: { title: string; output: string }) {
      const stored = store.read(key);
      const race =
        stored ??
        (await raceOnce(work, key, settings, cuda, playersOf(key.threads), (words) => (task.output = words)));
      if (!stored) store.write(key, race);
      all.push({ work, race });
      task.title += `: ${inWords(race.rows)}${stored ? ' (stored)' : ''}`;
    },
  }));
  await new Listr(tasks, { concurrent: false, fallbackRenderer: 'simple' }).run();
  return all;
}

function racesOf({ threads, works: names, quick }: Settings): { work: Work; key: RaceKey }[] {
  return threads.flatMap((threads) =>
    names.flatMap((name) => {
      const work = works[name]!;
      const sizes = quick ? work.quickSizes : work.sizes;
      return sizes.map((size) => ({ work, key: { work: name, ...size, threads } }));
    }),
  );
}

async function raceOnce(
  work: Work,
  key: RaceKey,
  { source, quick, implementations: parts }: Settings,
  cuda: boolean,
  players: Players,
  say: (words: string) => void,
): Promise<StoredRace> {
  const folder = path.join(scratch, `${key.work}-${key.anchors}-${key.threads}`);
  say('makes inputs');
  writeArrays(folder, work.inputs(key, source));
  const all = isScaling(work) ? implementationsOfScaling() : implementationsOf(work, cuda);
  const implementations = all.filter(
    ({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)),
  );
  const rows = await alternate({ work, key, implementations, folder, quick }, players, say);
  rmSync(folder, { recursive: true });
  return { rows, versions: { ...players.versions } };
}

/** The fastest of ours and of the others. */
function inWords(rows: readonly PeerRow[]): string {
  const timed = rows.filter(isTimed).toSorted((a, b) => a.medianMs - b.medianMs);
  const [ours, peer] = [
    timed.find(({ implementation }) => implementation.startsWith('equipoise')),
    timed.find(({ implementation }) => !implementation.startsWith('equipoise')),
  ];
  const words = [ours, peer].flatMap((row) =>
    row ? [`${row.implementation} ${milliseconds(row.medianMs)} ms`] : [],
  );
  if (ours && peer) words.push(`× ${times(peer.medianMs / ours.medianMs)}`);
  return words.join(', ') || 'nothing measured';
}

function stop(): void {
  running?.stop();
  rmSync(scratch, { recursive: true, force: true });
}

onInterrupt(stop, 'Measured works are kept');

try {
  await peers(settingsOf(process.argv.slice(2)));
} catch (error) {
  const expected = [UsageError, OutputError].some((kind) => error instanceof kind);
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = expected ? 2 : 1;
} finally {
  stop();
}
