import { stripVTControlCharacters } from 'node:util';

/** What nx release printed: every project that it looked at, with the version it gets, or undefined where it stays as it is. */
export function plannedVersions(output: string): Map<string, string | undefined> {
  const planned = new Map<string, string | undefined>();
  for (const line of stripVTControlCharacters(output).split('\n')) {
    const [, seen] = /Running release version for project: (\S+)/.exec(line) ?? [];
    if (seen !== undefined && !planned.has(seen)) planned.set(seen, undefined);
    // A project may be named twice, once as a dependent and once for its own commits: the last line counts.
    const [, name, version] = /^(\S+) .*New version (\S+) written/.exec(line) ?? [];
    if (name !== undefined) planned.set(name, version);
  }
  return planned;
}
