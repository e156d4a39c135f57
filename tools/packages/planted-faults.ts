import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ended } from './program.ts';

/** Strategies as outsiders would write them, one right, the others each with one fault. */
const STRATEGIES = `
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers gradients
import { weightsOfAll, weightsOfSelection } from '@equipoise/core';
import { add, mul, ones, scalar, sub, tensor1d } from '@tensorflow/tfjs-core';

const soft = (name, parts) => () => ({ kind: 'soft', name, options: {}, needs: [], init() {}, ...parts });
const half = (name, draw) => () => ({
  kind: 'hard', name, options: {}, needs: [], init() {},
  apply: (samples, state, random) => [
    weightsOfSelection(samples, tensor1d(draw(samples.labels.size, random).map((u) => (u < 0.5 ? 1 : 0))), 'mean'),
    state,
  ],
});

export const strategies = {
  right: half('right', (n, random) => random.uniform(n)),
  'right-with-memory': soft('right-with-memory', {
    init: () => scalar(1),
    apply: (samples, seen) => {
      const all = weightsOfAll(samples, 'mean');
      return [{ ...all, classification: mul(all.classification, seen) }, add(mul(seen, 0.5), 1)];
    },
  }),
  'weighs-ignored': soft('weighs-ignored', {
    apply: (samples) => [{ ...weightsOfAll(samples, 'mean'), classification: ones(samples.labels.shape) }],
  }),
  'rolls-its-own-dice': half('rolls-its-own-dice', (n) => Float32Array.from({ length: n }, Math.random)),
  'writes-to-its-input': soft('writes-to-its-input', {
    apply: (samples) => {
      const weights = weightsOfAll(samples, 'mean');
      const logits = samples.logits.dataSync();
      for (let i = 0; i < logits.length; i++) logits[i] += 1;
      return [weights];
    },
  }),
  'remembers-in-secret': () => {
    let seen = 0;
    return soft('remembers-in-secret', {
      apply: (samples) => {
        seen += 1;
        const all = weightsOfAll(samples, 'mean');
        return [{ ...all, classification: mul(all.classification, 1 / seen) }];
      },
    })();
  },
};
`;

/** The law that each fault breaks; the right ones break none. */
const BROKEN: Readonly<Record<string, string | undefined>> = {
  right: undefined,
  'right-with-memory': undefined,
  'weighs-ignored': 'weights are finite, ≥ 0, and 0 at ignored samples',
  'rolls-its-own-dice': 'one seed gives one result, by the handed generator alone',
  'writes-to-its-input': 'samples and state are read, not changed, and nothing leaks',
  'remembers-in-secret': 'all memory is in the state: saved and restored in the middle equals one long run',
};

/** The runners that the laws are registered with. Both print TAP. */
export const RUNNERS = {
  vitest: {
    module: 'vitest',
    file: 'vitest.test.mjs',
    args: ['node_modules/vitest/vitest.mjs', 'run', '--reporter=tap-flat', 'vitest.test.mjs'],
  },
  'node:test': {
    module: 'node:test',
    file: 'node-test.mjs',
    args: ['--test-reporter=tap', 'node-test.mjs'],
  },
} as const;

/** The planted strategies, by name. */
export const planted: readonly string[] = Object.keys(BROKEN);

/** Holds all of them to the laws in the folder; gives what the runner printed. */
export async function holdToLaws(folder: string, runner: keyof typeof RUNNERS): Promise<string> {
  const { module, file, args } = RUNNERS[runner];
  writeFileSync(path.join(folder, 'strategies.mjs'), STRATEGIES);
  writeFileSync(
    path.join(folder, file),
    `import { test } from '${module}';
import { conforms } from '@equipoise/testkit';
import { strategies } from './strategies.mjs';
for (const make of Object.values(strategies)) conforms(make, { test, backend: 'cpu', long: false });
`,
  );
  const { output } = await ended(process.execPath, args, folder);
  return output;
}

/** What the runner said of one of them: it must have caught the fault by its own law, with samples that show it; or nothing at all. */
export function judge(name: string, printed: string): string {
  // A test's name stands at the end of its line, after `ok 7 - ` and, from vitest, its file.
  const lines = printed.split('\n').filter((line) => line.includes(`${name} on cpu: `));
  const passed = lines.filter((line) => /^\s*ok /.test(line));
  const failed = lines.filter((line) => /^\s*not ok /.test(line));
  const law = BROKEN[name];
  if (passed.length === 0) throw new Error(`no law was held\n${printed.slice(0, 2000)}`);
  if (law === undefined) {
    if (failed.length > 0) throw new Error(`it is right, and breaks laws:\n${failed.join('\n')}`);
    return `${passed.length} laws`;
  }
  if (!failed.some((line) => line.includes(law)))
    throw new Error(`"${law}" holds; broken:\n${failed.join('\n')}`);
  const report = printed.replaceAll(/\\(["\\#])/g, '$1');
  for (const part of [`${name} breaks the law "${law}": `, 'Smallest samples found', 'const samples']) {
    if (!report.includes(part)) throw new Error(`its report lacks ${part}\n${printed.slice(0, 4000)}`);
  }
  return `"${law}"${failed.length === 1 ? '' : `, and ${failed.length - 1} more`}`;
}
