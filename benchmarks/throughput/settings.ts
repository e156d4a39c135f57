import { parseArgs } from 'node:util';
import { BACKENDS } from '../backends/index.ts';
import { oneOf, parsed, UsageError, words } from '../command/usage.ts';
import { surveyNames } from '../training/roster.ts';
import { hasPool } from './anchor-pool.ts';
import { operations } from './operations.ts';
import { KERNELS, type Kernels, SOURCES, type Source, STAGES, type Stage } from './row.ts';

/** Everything that a benchmark is asked for. */
export interface Settings {
  readonly anchors: readonly number[];
  readonly classes: readonly number[];
  readonly strategies: readonly string[];
  /** Whether strategies were named; else those of `with` join. */
  readonly named: boolean;
  readonly operations: readonly string[];
  readonly with: readonly string[];
  readonly backends: readonly string[];
  readonly kernels: readonly Kernels[];
  readonly threads?: number;
  readonly source: Source;
  readonly stages: readonly Stage[];
  readonly quick: boolean;
  readonly out: string;
}

/** The settings that a command line asks for. */
export function settingsOf(args: readonly string[]): Settings {
  const text = { type: 'string' as const };
  const flag = { type: 'boolean' as const, default: false };
  const { values } = parsed(() =>
    parseArgs({
      args: [...args],
      options: {
        anchors: text,
        classes: text,
        strategies: text,
        operations: text,
        with: { ...text, multiple: true, default: [] },
        backend: { ...text, default: 'auto' },
        kernels: { ...text, default: 'fused,none' },
        threads: text,
        inputs: { ...text, default: hasPool() ? 'pool' : 'synthetic' },
        stages: text,
        large: flag,
        quick: flag,
        out: { ...text, default: 'results/bench' },
      },
    }),
  );
  const { quick } = values;
  const anchors = quick ? '1k' : `1k,10k,100k,1M${values.large ? ',10M' : ''}`;
  const source = oneOf('inputs', SOURCES, values.inputs);
  if (source === 'pool' && !hasPool())
    throw new UsageError('--inputs pool: ../shared/data/anchor-pool is not there; take synthetic');
  // Uniform inputs belong to no stage of training.
  const stages = source === 'uniform' || quick ? 'middle' : STAGES.join();
  return {
    anchors: list('anchors', values.anchors ?? anchors).map((word) => count('anchors', word)),
    classes: list('classes', values.classes ?? (quick ? '3' : '1,3,80')).map((word) =>
      count('classes', word),
    ),
    strategies: list('strategies', values.strategies ?? surveyNames.join()),
    named: values.strategies !== undefined,
    operations: list('operations', values.operations ?? Object.keys(operations).join())
      .filter((word) => word !== 'none')
      .map((word) => oneOf('operations', [...Object.keys(operations), 'none'], word)),
    with: values.with,
    backends: list('backend', values.backend).map((word) => oneOf('backend', ['auto', ...BACKENDS], word)),
    kernels: list('kernels', values.kernels).map((word) => oneOf('kernels', KERNELS, word)),
    ...(values.threads === undefined ? {} : { threads: count('threads', values.threads) }),
    source,
    stages: list('stages', values.stages ?? stages).map((word) => oneOf('stages', STAGES, word)),
    quick,
    out: values.out,
  };
}

function list(name: string, value: string): string[] {
  const named = words(value);
  if (named.length === 0) throw new UsageError(`--${name}: names nothing`);
  return named;
}

/** 1000, 1k, 10M. */
function count(name: string, value: string): number {
  const [, digits, unit] = /^(\d+)(k|M)?$/.exec(value) ?? [];
  const number = Number(digits) * (unit === 'k' ? 1e3 : unit === 'M' ? 1e6 : 1);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new UsageError(`--${name}: expected an integer ≥ 1, such as 100k, got ${value}`);
  return number;
}
