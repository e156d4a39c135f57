// npm run check: everything CI wants to hold, a step a line; stops at the first that fails, after the tests have been counted.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const report = path.join(mkdtempSync(path.join(os.tmpdir(), 'equipoise-check-')), 'tests.json');

// Installing the packed packages takes minutes and the network: CI asks for it, `npm run check` does not.
const installation = path.join(path.dirname(report), 'installation.json');
const withInstallation = process.argv.includes('--with-installation');

const steps: readonly (readonly [name: string, command: readonly string[]])[] = [
  ['lock file', ['node', 'tools/lock-check.ts']],
  // Two packages bring a `tsc`; the native one must be first (TOOLING, A3).
  ['compiler', ['sh', '-c', 'tsc -v | grep -q "^Version 7"']],
  ['build', ['npm', 'run', '-s', 'build']],
  ['format', ['oxfmt', '--check']],
  ['lint', ['oxlint', '--type-aware']],
  ['unused code', ['knip', '--treat-config-hints-as-errors']],
  ['API reference', ['npm', 'run', '-s', 'docs']],
  ['packages', ['npm', 'run', '-s', 'packages:check']],
  ['examples', ['npm', 'run', '-s', 'docs:examples']],
  ['release on paper', ['npm', 'run', '-s', 'release:check']],
  ['table of strategies', ['npm', 'run', '-s', 'readme', '--', '--check']],
  ['tests', ['npm', 'test', '--', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]],
  ...(withInstallation
    ? [['installation', ['node', 'tools/packages/install.ts', '--counts', installation]] as const]
    : []),
];

let failed = 0;
for (const [name, [program, ...args]] of steps) {
  const began = performance.now();
  console.log(`\n== ${name}`);
  const { status } = spawnSync(program!, args, { stdio: 'inherit' });
  console.log(
    `== ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  if (status !== 0) failed++;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function ofTests(): Counts {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
  };
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
}

const counts = [ofTests()];
if (existsSync(installation)) counts.push(JSON.parse(readFileSync(installation, 'utf8')) as Counts);
const total = (of: keyof Counts): number => counts.reduce((sum, count) => sum + count[of], 0);
// A step that fails without a test is a failure too.
console.log(
  `${total('passed')} passed, ${Math.max(failed, total('failed'))} failed, ${total('skipped')} skipped`,
);
process.exitCode = failed === 0 && total('failed') === 0 ? 0 : 1;
