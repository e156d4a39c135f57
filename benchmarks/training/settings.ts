import os from 'node:os';
import { parseArgs } from 'node:util';
import { oneOf, parsed, UsageError, words } from '../command/usage.ts';
import type { Settings } from './job.ts';
import { strategyNames, surveyNames } from './roster.ts';

const BACKENDS = ['auto', 'wasm', 'tensorflow', 'webgpu'] as const;

/** The settings that a command line asks for. */
export function settingsOf(args: readonly string[]): Settings {
  const text = { type: 'string' as const };
  const { values } = parsed(() =>
    parseArgs({
      args: [...args],
      options: {
        data: { ...text, default: 'digits' },
        split: { ...text, default: 'train:val+test' },
        classes: { ...text, default: '' },
        strategies: { ...text, default: surveyNames.join(',') },
        with: { ...text, multiple: true, default: [] },
        steps: { ...text, default: '100' },
        seeds: { ...text, default: '2' },
        batch: { ...text, default: '8' },
        backend: { ...text, default: 'auto' },
        jobs: { ...text, default: String(os.availableParallelism()) },
        'no-prior': { type: 'boolean', default: false },
        out: { ...text, default: 'results/compare' },
      },
    }),
  );
  const [trained, evaluated] = values.split.includes(':') ? values.split.split(':') : ['train', values.split];
  const backend = oneOf('backend', BACKENDS, values.backend);
  return {
    data: values.data,
    classes: words(values.classes, ','),
    trainSplits: words(trained!, '+'),
    evaluationSplits: words(evaluated!, '+'),
    strategies: values.strategies === 'all' ? [...strategyNames] : words(values.strategies, ','),
    with: values.with,
    steps: count('steps', values.steps),
    seeds: count('seeds', values.seeds),
    batch: count('batch', values.batch),
    backend,
    jobs: count('jobs', values.jobs),
    prior: !values['no-prior'],
    out: values.out,
  };
}

function count(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`--${name}: expected an integer ≥ 1, got ${value}`);
  return number;
}
