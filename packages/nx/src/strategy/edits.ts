import { CreateError } from 'create-equipoise-strategy';

/** Changes the text of a file; the rest of it stays as it is, comments and line breaks too. */
export type Edit = (text: string) => string;

/** Adds a project reference to a tsconfig.json, after the last one of a package. */
export function addReference(to: string): Edit {
  const reference = /^ *\{ "path": "[^"]*packages\/[^"]*" \},?\n/gm;
  return (text) => insertAfterLast(text, reference, `    { "path": "${to}" },\n`);
}

/** Adds a dependency on a package of ours to a package.json, in the order of names. */
export function addDependency(name: string, range: string): Edit {
  return (text) => {
    const manifest = JSON.parse(text) as { dependencies: Record<string, string> };
    const entries = Object.entries({ ...manifest.dependencies, [name]: range });
    const dependencies = Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    return `${JSON.stringify({ ...manifest, dependencies }, null, 2)}\n`;
  };
}

/** Adds an entry to the catalogue of the comparison, with its import. */
export function addToCatalogue(name: string, factory: string, paper: string): Edit {
  return (text) => {
    const key = name === factory ? name : `'${name}'`;
    if (text.includes(`\n  ${key}: `))
      throw new CreateError(`name: expected a strategy that the comparison does not know, got '${name}'`);
    const imported = `import { ${factory} } from '@equipoise/${name}';\n`;
    const entry = `  ${key}: relative('${name}', [${quoted(paper)}], (options) => ${factory}(options)),\n`;
    return insertBeforeEnd(insertAfterLast(text, /^.* from '@equipoise\/.*';\n/gm, imported), entry);
  };
}

/** As a string of TypeScript. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}

function insertAfterLast(text: string, line: RegExp, inserted: string): string {
  const last = [...text.matchAll(line)].at(-1);
  if (!last) throw new CreateError(`workspace: expected a line like ${line.source}, got none`);
  const before = text.slice(0, last.index);
  // The last of a list has no comma.
  const here = last[0].replace(/\}\n$/, '},\n');
  const comma = here === last[0] ? inserted : inserted.replace(/,\n$/, '\n');
  return before + here + comma + text.slice(last.index + last[0].length);
}

function insertBeforeEnd(text: string, inserted: string): string {
  const end = text.lastIndexOf('\n};\n') + 1;
  return text.slice(0, end) + inserted + text.slice(end);
}
