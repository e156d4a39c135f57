import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The first example of a README, and what its first `npm install` line brings. */
export interface Example {
  readonly code: string;
  /** What it must print as it fails; where undefined, it must run to its end. */
  readonly failsWith: string | undefined;
  /** Whether it is a sketch, not to be run. */
  readonly needsModel: boolean;
  readonly installs: readonly string[];
}

const FENCE =
  /(?:<!-- example: (?:fails with "(.*)"|(needs a model)) -->\s*)?^```(?:js|ts)\n([\s\S]*?)^```$/m;

/**
 * Reads it. An example runs to its end, unless a comment before its block says otherwise: `<!-- example: fails with "text" -->` of one that
 * shows a failure, `<!-- example: needs a model -->` of one that is not complete.
 */
export function exampleOf(folder: string): Example {
  const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const [, failsWith, model, code] = readme.match(FENCE) ?? [];
  const line = readme.match(/^npm (?:install|i) (.*)$/m)?.[1];
  if (code === undefined) throw new Error(`${folder}/README.md: no example`);
  if (line === undefined) throw new Error(`${folder}/README.md: no line "npm install …"`);
  const installs = line.split(/\s+/).filter((word) => word !== '' && !word.startsWith('-'));
  return { code, failsWith, needsModel: model !== undefined, installs };
}
