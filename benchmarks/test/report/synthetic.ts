import { summarize } from '../../report/summary.ts';
import type { Comparison, ComparisonMeta, ExampleImage, RunResult } from '../../training/result.ts';

const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

/** A run with everything in it; tests overwrite what they are about. */
export function run(overwrite: Partial<RunResult> = {}): RunResult {
  const bins = Array.from({ length: 30 }, (_, bin) => (bin + 0.5) / 30);
  return {
    strategy: 'focal',
    kind: 'soft',
    options: { alpha: 0.25, gamma: 2 },
    data: 'digits',
    classes: ['0', '1'],
    seed: 0,
    steps: 20,
    backend: 'wasm',
    ap: 40,
    ap50: 70,
    ap75: 35,
    perClass: [
      { name: '0', ap: 50, ap50: 80 },
      { name: '1', ap: 30, ap50: 60 },
    ],
    curve: [
      { step: 10, ap: 20, ap50: 40 },
      { step: 20, ap: 40, ap50: 70 },
    ],
    stepMs: 200,
    strategyMs: 20,
    positives: 100,
    negatives: 54_000,
    carried: Array.from({ length: 20 }, (_, step) => ({
      step: step + 1,
      positives: 100,
      negatives: 54_000,
      loss: 1,
    })),
    gradientNorms: [{ step: 20, counts: bins.map(() => 10), plain: bins, weighted: bins.map((g) => g ** 3) }],
    examples: [example()],
    ...overwrite,
  };
}

/** An image with two objects, of which one is found. */
export function example(overwrite: Partial<ExampleImage> = {}): ExampleImage {
  return {
    file: 'scene.png',
    width: 100,
    height: 80,
    source: PIXEL,
    groundTruth: [
      { box: [10, 10, 30, 30], category: '0' },
      { box: [50, 10, 70, 30], category: '1' },
    ],
    detections: [
      { box: [11, 10, 31, 30], category: '0', score: 0.9 },
      { box: [50, 50, 70, 70], category: '1', score: 0.8 },
      { box: [50, 10, 70, 30], category: '1', score: 0.1 },
    ],
    anchors: [
      { box: [8, 8, 32, 32], weight: 1, positive: true },
      { box: [50, 50, 74, 74], weight: 0.3, positive: false },
    ],
    ...overwrite,
  };
}

/** A comparison of these runs. */
export function comparison(runs: readonly RunResult[], meta: Partial<ComparisonMeta> = {}): Comparison {
  return {
    meta: {
      command: 'npm run compare',
      date: '2026-09-03',
      data: 'digits',
      classes: runs[0]?.classes ?? [],
      trainImages: 160,
      evaluationImages: 160,
      evaluationBoxes: 1043,
      anchorsPerImage: 6804,
      batch: 8,
      steps: 20,
      seeds: [...new Set(runs.map(({ seed }) => seed))],
      prior: true,
      backend: 'wasm',
      versions: { node: '24.21.0' },
      machine: { cpu: 'a CPU', cores: 2, memoryGiB: 8, platform: 'linux x64' },
      notes: ['2 boxes of no size were left out.'],
      ...meta,
    },
    runs,
    summary: summarize(runs),
  };
}

/** Many strategies with many seeds, apart from each other by an AP each. */
export function many(strategies: number, seeds: number): Comparison {
  return comparison(
    Array.from({ length: strategies * seeds }, (_, at) => {
      const [strategy, seed] = [Math.floor(at / seeds), at % seeds];
      const kind = strategy % 2 === 0 ? 'hard' : 'soft';
      return run({ strategy: `strategy-${strategy}`, kind, seed, ap: 40 - strategy + seed * 0.1 });
    }),
  );
}
