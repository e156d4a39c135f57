import os from 'node:os';
import { parseArgs } from 'node:util';
import { oneOf, parsed, UsageError, words } from '../command/usage.ts';
import { hasPool } from '../throughput/anchor-pool.ts';
import type { Source } from '../throughput/row.ts';
import { VENV } from './environment.ts';
import { works } from './works/index.ts';

/** What a run of the peers is asked for. */
export interface Settings {
  readonly works: readonly string[];
  readonly threads: readonly number[];
  /** Parts of names, a semicolon between two: only implementations with one of them in theirs take part; none: all do. */
  readonly implementations: readonly string[];
  readonly quick: boolean;
  readonly out: string;
  readonly venv: string;
  readonly setup: boolean;
  readonly source: Source;
}

/** The settings that a command line asks for. */
export function settingsOf(args: readonly string[]): Settings {
  const text = { type: 'string' as const };
  const flag = { type: 'boolean' as const, default: false };
  const { values } = parsed(() =>
    parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        works: { ...text, default: Object.keys(works).join() },
        threads: text,
        implementations: { ...text, default: '' },
        quick: flag,
        out: { ...text, default: 'results/peers' },
        venv: { ...text, default: VENV },
        setup: { type: 'boolean', default: true },
      },
    }),
  );
  const cores = os.availableParallelism();
  return {
    works: named('works', values.works).map((word) => oneOf('works', Object.keys(works), word)),
    threads: named('threads', values.threads ?? (cores > 1 ? '1,2' : '1')).map((word) =>
      threads(word, cores),
    ),
    implementations: words(values.implementations, ';'),
    quick: values.quick,
    out: values.out,
    venv: values.venv,
    setup: values.setup,
    source: hasPool() ? 'pool' : 'synthetic',
  };
}

function named(name: string, value: string): string[] {
  const found = words(value);
  if (found.length === 0) throw new UsageError(`--${name}: names nothing`);
  return found;
}

function threads(word: string, cores: number): number {
  const count = Number(word);
  if (!Number.isInteger(count) || count < 1 || count > cores)
    throw new UsageError(
      `--threads: expected an integer from 1 to ${cores}, the cores of this machine, got ${word}`,
    );
  return count;
}
