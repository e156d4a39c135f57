// Fails on a lock file that names a registry host, or lacks an entry of an optional dependency (`npm ci` would then fail elsewhere).
import { readFileSync } from 'node:fs';

interface Entry {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Entry>;
};
const names = Object.keys(packages);
const faults: string[] = [];
for (const [at, { resolved, optionalDependencies = {} }] of Object.entries(packages)) {
  if (resolved?.startsWith('http')) faults.push(`${at}: resolved names a host`);
  for (const name of Object.keys(optionalDependencies)) {
    const held = names.some(
      (entry) => entry === `node_modules/${name}` || entry.endsWith(`/node_modules/${name}`),
    );
    if (!held) faults.push(`${at}: optional dependency ${name} has no entry`);
  }
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
