// npm run release:check: what `nx release` would do now, a line a package; changes nothing. Fails where nx does, or where it misses a package.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { publishable, ROOT } from '../packages/workspace.ts';
import { plannedVersions } from './planned-versions.ts';

const isFirst = spawnSync('git', ['tag', '--list', '*@*'], { cwd: ROOT, encoding: 'utf8' }).stdout === '';
const { status, stdout, stderr } = spawnSync(
  path.join(ROOT, 'node_modules/.bin/nx'),
  // The first one starts at an explicit version: without a tag, nx has no commit to count from.
  ['release', ...(isFirst ? ['0.1.0', '--first-release'] : []), '--dry-run', '--skip-publish'],
  { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false' } },
);
const planned = plannedVersions(stdout);
const missed = publishable().filter(({ name }) => !planned.has(name));
for (const [name, version] of planned) console.log(`${name}: ${version ?? 'stays'}`);
for (const { name } of missed) console.error(`${name}: nx release does not see it`);
if (status !== 0) console.error(`nx release: exit code ${status}\n${stdout}${stderr}`);
process.exitCode = status === 0 && missed.length === 0 ? 0 : 1;
