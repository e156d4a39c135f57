// npm run setup:chromium: says which Chromium the browser proofs will use; installs Debian's where there is none and this user may.
import { spawnSync } from 'node:child_process';
import { findChromium } from './packages/browser.ts';

function install(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root may, on Debian or Ubuntu';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]) {
    const { status, stderr, error } = spawnSync('apt-get', ['-qq', ...args], { encoding: 'utf8', env });
    if (status !== 0) return `apt-get ${args[0]}: ${error?.message ?? stderr.trim()}`;
  }
  return undefined;
}

const there = findChromium();
const fault = there === undefined ? install() : undefined;
const program = findChromium();
if (program === undefined) {
  console.error(
    `chromium: none here, and it was not installed: ${fault ?? 'it is not where it was expected'}`,
  );
  process.exitCode = 1;
} else {
  console.log(`chromium: ${program}${there === undefined ? ', just installed' : ''}`);
}
