import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Example } from '../docs-examples/example.ts';
import { markdownExamples } from '../docs-examples/markdown-examples.ts';

/** What a README promises a reader who does what it says from the top. */
export interface ReadmeExample {
  /** Its first example. */
  readonly example: Example;
  /** What its first `npm install` line brings. */
  readonly installs: readonly string[];
}

/** Whether the package's README shows code, with a line that installs what it needs. */
export function hasExample(folder: string): boolean {
  try {
    exampleOf(folder);
    return true;
  } catch {
    return false;
  }
}

/** Reads the package's README. Throws where it has no example, or no line `npm install …`. */
export function exampleOf(folder: string): ReadmeExample {
  const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const [example] = markdownExamples('README.md', readme);
  const line = /^npm (?:install|i) (.*)$/m.exec(readme)?.[1];
  if (example === undefined) throw new Error(`${folder}/README.md: no example`);
  if (line === undefined) throw new Error(`${folder}/README.md: no line "npm install …"`);
  return { example, installs: line.split(/\s+/).filter((word) => word !== '' && !word.startsWith('-')) };
}
