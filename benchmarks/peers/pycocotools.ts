/**
 * Evaluates one synthetic set with `@equipoise/coco` and with pycocotools, alternately and pinned to one core, each round in
 * fresh processes; prints the times, their ratio, and whether the twelve figures agree.
 *
 *     node --conditions=@equipoise/source benchmarks/peers/pycocotools.ts [--images 5000] [--detections 100]
 *       [--categories 80] [--rounds 3] [--seed 1] [--core 0]
 *
 * Both start from results parsed into memory. Ours reads, indexes, matches, accumulates and summarises in one call;
 * pycocotools' ground-truth index is never counted, its `loadRes` only in the second comparison.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { evaluateCoco, type CocoDetection, type CocoGroundTruth } from '@equipoise/coco';
import { scenes } from './pycocotools-scenes.ts';

interface Timing {
  readonly load: number;
  readonly evaluate: number;
  readonly stats: readonly number[];
}

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '5000' },
    detections: { type: 'string', default: '100' },
    categories: { type: 'string', default: '80' },
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    core: { type: 'string', default: '0' },
    worker: { type: 'string' },
  },
});

const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(root, '.cache/pycocotools');

if (values.worker === undefined) compare();
else work(values.worker);

/** One evaluation in a process of its own, as cold as a user's first one. */
function work(folder: string): void {
  const groundTruth: CocoGroundTruth = JSON.parse(
    readFileSync(path.join(folder, 'ground-truth.json'), 'utf8'),
  );
  const detections: CocoDetection[] = JSON.parse(readFileSync(path.join(folder, 'detections.json'), 'utf8'));
  const start = performance.now();
  const { stats } = evaluateCoco(groundTruth, detections);
  const evaluate = (performance.now() - start) / 1000;
  process.stdout.write(JSON.stringify({ load: 0, evaluate, stats: Object.values(stats) }));
}

function compare(): void {
  const python = installed();
  const { folder, size } = generated();
  console.log(`${size}, core ${values.core}, ${values.rounds} rounds`);
  const ours: Timing[] = [];
  const theirs: Timing[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const mine = process.argv[1]!;
    ours.push(pinned(process.execPath, ['--conditions=@equipoise/source', mine, '--worker', folder]));
    const files = ['ground-truth.json', 'detections.json'].map((name) => path.join(folder, name));
    theirs.push(pinned(python, [path.join(import.meta.dirname, 'pycocotools-run.py'), ...files]));
    const [a, b] = [ours.at(-1)!, theirs.at(-1)!];
    console.log(
      `round ${round + 1}: ours ${a.evaluate.toFixed(3)} s, pycocotools ${b.evaluate.toFixed(3)} s`,
    );
  }
  report(ours, theirs);
}

function report(ours: readonly Timing[], theirs: readonly Timing[]): void {
  const mine = median(ours.map((timing) => timing.evaluate));
  const alone = median(theirs.map((timing) => timing.evaluate));
  const loaded = median(theirs.map((timing) => timing.load + timing.evaluate));
  const worst = Math.max(...ours[0]!.stats.map((value, i) => Math.abs(value - theirs[0]!.stats[i]!)));
  console.log(`@equipoise/coco evaluateCoco                         median ${mine.toFixed(3)} s`);
  console.log(`pycocotools evaluate+accumulate+summarize            median ${alone.toFixed(3)} s`);
  console.log(`pycocotools loadRes+evaluate+accumulate+summarize    median ${loaded.toFixed(3)} s`);
  console.log(`ratio ${(alone / mine).toFixed(1)} without loadRes, ${(loaded / mine).toFixed(1)} with it`);
  console.log(
    `AP ${ours[0]!.stats[0]!.toFixed(6)}, largest difference of the 12 figures ${worst.toExponential(1)}`,
  );
  if (!(worst <= 1e-6) || mine > alone) process.exitCode = 1;
}

/** The Python of an environment that has pycocotools; made when it is not there. */
function installed(): string {
  const python = path.join(cache, 'bin/python');
  const done = path.join(cache, 'installed');
  if (!existsSync(done)) {
    execFileSync('python3', ['-m', 'venv', cache], { stdio: 'inherit' });
    execFileSync(python, ['-m', 'pip', 'install', '-q', 'pycocotools==2.0.11', 'numpy'], {
      stdio: 'inherit',
    });
    writeFileSync(done, 'pycocotools 2.0.11\n');
  }
  return python;
}

/** Writes the set, so that both sides read the same numbers. */
function generated(): { folder: string; size: string } {
  const folder = path.join(cache, 'scenes');
  mkdirSync(folder, { recursive: true });
  const { groundTruth, detections } = scenes({
    images: Number(values.images),
    detectionsPerImage: Number(values.detections),
    categories: Number(values.categories),
    seed: Number(values.seed),
  });
  writeFileSync(path.join(folder, 'ground-truth.json'), JSON.stringify(groundTruth));
  writeFileSync(path.join(folder, 'detections.json'), JSON.stringify(detections));
  const size = `${groundTruth.images.length} images, ${groundTruth.annotations.length} boxes, ${detections.length} detections`;
  return { folder, size };
}

function pinned(command: string, args: readonly string[]): Timing {
  const all = ['-c', values.core, command, ...args];
  const timing: Timing = JSON.parse(execFileSync('taskset', all, { encoding: 'utf8' }));
  return timing;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
