import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateError } from './create-error.ts';
import { STARTS, type Kind } from './kinds.ts';
import { namesOf } from './names.ts';
import { versions } from './versions.ts';

/** What is rendered. */
export interface Wanted {
  /** Kebab-case. */
  readonly name: string;
  readonly kind: Kind;
  /** A project of its own, or a package of the Equipoise workspace. */
  readonly place: 'outside' | 'inside';
  /** Where the strategy was proposed. */
  readonly paper?: string;
}

const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));

/** Ends the name of every template, which neither npm nor a formatter then takes for what it will be. */
const SUFFIX = '.template';

/**
 * The files of a new strategy, by their path in its folder: those of `templates/any`, of its kind and of its place, with every
 * `__placeholder__` replaced, in paths too, where `__test__` stands for what test runners look for.
 *
 * @throws CreateError for a name that is refused, or that the files use for something else.
 */
export function render(wanted: Wanted): ReadonlyMap<string, string> {
  const names = namesOf(wanted.name);
  const templates = templatesOf(['any', wanted.kind, wanted.place]);
  demandUnused(names.camel, templates);
  const values: Readonly<Record<string, string>> = {
    ...names,
    ...STARTS[wanted.kind],
    ...versions(),
    // What an option error names.
    package: wanted.place === 'inside' ? `@equipoise/${wanted.name}` : wanted.name,
    paper: wanted.paper ?? 'Unpublished',
    test: 'test',
  };
  return new Map([...templates].map(([file, text]) => [fillIn(file, values), fillIn(text, values)]));
}

function templatesOf(folders: readonly string[]): Map<string, string> {
  const files = folders.flatMap((folder) => {
    const cwd = path.join(TEMPLATES, folder);
    return readdirSync(cwd, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(SUFFIX))
      .map((file): [string, string] => [
        file.slice(0, -SUFFIX.length).replaceAll(path.sep, '/'),
        readFileSync(path.join(cwd, file), 'utf8'),
      ]);
  });
  return new Map(files);
}

/** A factory named like something that is imported would not compile. */
function demandUnused(camel: string, templates: ReadonlyMap<string, string>): void {
  const word = new RegExp(`\\b${camel}\\b`);
  for (const [file, text] of templates) {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'/g, '');
    if (file.endsWith('.ts') && word.test(code)) {
      throw new CreateError(
        `name: expected one that the sources do not use for something else, got '${camel}'`,
      );
    }
  }
}

function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/__([a-z]+)__/g, (whole, key: string) => values[key] ?? whole);
}
