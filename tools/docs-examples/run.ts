import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { type Example, promisedLines, registersTests } from './example.ts';
import type { Outcome } from './run-example.ts';

/** Runs the examples, most of them in one process, and says which do not do what they say. */
export function runFaults(modules: ReadonlyMap<string, Example>): string[] {
  const running = [...modules].filter(([, { needs }]) => needs === undefined);
  const alone = running.filter(([, example]) => registersTests(example) || example.failsWith !== undefined);
  const together = running.filter((one) => !alone.includes(one));
  const { stdout, stderr } = node(together.map(([module]) => module));
  const outcomes = stdout.split('\n').filter((line) => line.startsWith('{"module"'));
  const byModule = new Map(
    outcomes.map((line) => JSON.parse(line) as Outcome).map((one) => [one.module, one]),
  );
  return [
    ...together.flatMap(([module, example]) => outcomeFaults(example, byModule.get(module), stderr)),
    ...alone.flatMap(([module, example]) => {
      const { status, stdout, stderr } = node([module]);
      return endFaults(example, status, stdout + stderr);
    }),
  ];
}

function node(modules: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const runner = path.join(import.meta.dirname, 'run-example.ts');
  const options = ['--conditions=@equipoise/source', '--no-warnings', runner, ...modules];
  return spawnSync(process.execPath, options, { encoding: 'utf8', maxBuffer: 1e8 });
}

function outcomeFaults(example: Example, outcome: Outcome | undefined, stderr: string): string[] {
  if (outcome === undefined) return [`${where(example)}: it ended the process\n${stderr}`];
  if (outcome.failure !== undefined)
    return [`${where(example, outcome.failure)}: ${outcome.failure.split('\n    at ')[0]}`];
  const promised = promisedLines(example);
  if (promised.length === 0) return [];
  const same = promised.map(bare).join('\n') === outcome.printed.map(bare).join('\n');
  return same
    ? []
    : [`${where(example)}: it says → ${promised.join(' | ')}, and prints ${outcome.printed.join(' | ')}`];
}

function endFaults(example: Example, status: number | null, output: string): string[] {
  const { failsWith } = example;
  if (failsWith === undefined)
    return status === 0 ? [] : [`${where(example)}: exit code ${status}\n${output}`];
  if (status !== 0 && output.includes(failsWith)) return [];
  return [`${where(example)}: it should fail with "${failsWith}"; exit code ${status}\n${output}`];
}

/** The line that failed, where a stack names it; else the example's first. */
function where({ file, line }: Example, stack = ''): string {
  const [, at] = /@\d+\.(?:ts|mjs):(\d+)/.exec(stack) ?? [];
  return `${file}:${at ?? line}`;
}

function bare(text: string): string {
  return text.replace(/\s/g, '');
}
