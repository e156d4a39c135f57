import os from 'node:os';
import { parseArgs } from 'node:util';
import type { Settings } from './job.ts';
import { strategyNames, surveyNames } from './roster.ts';

/** A command line that asks for something that is not to be had: one line, exit code 2. */
export class UsageError extends Error {}

const BACKENDS = ['auto', 'wasm', 'tensorflow', 'webgpu'] as const;

/** The settings that a command line asks for. */
export function settingsOf(args: readonly string[]): Settings {
  const text = { type: 'string' as const };
  const { values } = parse(() =>
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
  const backend = BACKENDS.find((name) => name === values.backend);
  if (!backend)
    throw new UsageError(`--backend: expected one of ${BACKENDS.join(', ')}, got ${values.backend}`);
  return {
    data: values.data,
    classes: list(values.classes, ','),
    trainSplits: list(trained!, '+'),
    evaluationSplits: list(evaluated!, '+'),
    strategies: values.strategies === 'all' ? [...strategyNames] : list(values.strategies, ','),
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

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('. ')[0] : String(error));
  }
}

function list(value: string, separator: string): string[] {
  return [...new Set(value.split(separator).map((part) => part.trim()))].filter((part) => part !== '');
}

function count(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`--${name}: expected an integer ≥ 1, got ${value}`);
  return number;
}
