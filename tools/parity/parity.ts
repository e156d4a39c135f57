// npm run parity -- FILE… [--backend cpu|wasm|webgpu|tensorflow] [--only NAME]
// Runs reference cases in the format of golden.json against the packages: a line a case, exit code 1 on a failure, 2 on bad usage.
import { parseArgs } from 'node:util';
import { defaultTolerance, runCases } from '@equipoise/testkit';
import { BACKENDS, useBackend } from '../../benchmarks/backends/index.ts';
import { casesOf, UsageError } from './case-file.ts';
import { operations } from './operations/index.ts';

/** The exponentials of these backends are less exact. */
const LESS_EXACT: ReadonlySet<string> = new Set(['wasm', 'webgpu']);

const USAGE = `npm run parity -- FILE… [--backend ${BACKENDS.join('|')}] [--only NAME]`;

async function main(): Promise<void> {
  const { files, backend, only } = settingsOf(process.argv.slice(2));
  const cases = (await Promise.all(files.map(casesOf))).flat();
  const chosen = only === undefined ? cases : cases.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) throw new UsageError(`--only ${only}: no case of that name`);
  await useBackend(backend);
  const tolerance = LESS_EXACT.has(backend) ? { relative: 1e-4, absolute: 1e-6 } : defaultTolerance;
  const width = Math.max(...chosen.map(({ name }) => name.length));
  let passed = 0;
  for await (const report of runCases(chosen, operations, tolerance)) {
    if (report.passed) passed++;
    const { differences: d } = report;
    const errors = d
      ? `abs ${d.absolute.toExponential(1)}  rel ${d.relative.toExponential(1)}  ${d.compared} numbers`
      : '';
    const mended = d?.mendedNaN ? `  (${d.mendedNaN} NaN of the reference are finite here)` : '';
    console.log(
      `${report.passed ? 'ok    ' : 'FAILED'} ${report.name.padEnd(width)}  ${errors}${mended}${report.failure ? `  ${report.failure}` : ''}`,
    );
  }
  const failed = chosen.length - passed;
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function settingsOf(args: readonly string[]) {
  const { values, positionals } = parse(args);
  const backend = BACKENDS.find((name) => name === values.backend);
  if (!backend)
    throw new UsageError(`--backend: expected one of ${BACKENDS.join(', ')}, got ${values.backend}`);
  if (positionals.length === 0) throw new UsageError(`expected a case file; ${USAGE}`);
  return { files: positionals, backend, only: values.only };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { backend: { type: 'string', default: 'cpu' }, only: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message.split('. ')[0] : String(error)}; ${USAGE}`,
    );
  }
}

main().catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  console.error(`parity: ${error.message}`);
  process.exitCode = 2;
});
