import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** What a source imports, exports from, requires or loads by `import()`, types included. */
export interface Import {
  /** Its file, from the folder that was read. */
  readonly file: string;
  readonly line: number;
  /** As it is written: a package, a path in one, or a relative file. */
  readonly specifier: string;
}

/** The imports of every source under the folder but `node:` modules; none where there is no such folder. */
export function importsUnder(folder: string): Import[] {
  return globSync('**/*.ts', { cwd: folder, exclude: ['**/node_modules', '**/dist'] })
    .toSorted()
    .flatMap((file) => importsOf(file, readFileSync(path.join(folder, file), 'utf8')))
    .filter(({ specifier }) => !specifier.startsWith('node:'));
}

/** Whether it names a file beside its own. */
export function isRelative(specifier: string): boolean {
  return specifier.startsWith('.');
}

/** The packages among the imports. */
export function packagesOf(imports: readonly Import[]): Set<string> {
  return new Set(
    imports.flatMap(({ specifier }) => (isRelative(specifier) ? [] : [packageOf(specifier).name])),
  );
}

/** `@scope/name/path` → `@scope/name` and `./path`, a key of `exports`. */
export function packageOf(specifier: string): { name: string; key: string } {
  const words = specifier.split('/');
  const count = specifier.startsWith('@') ? 2 : 1;
  return { name: words.slice(0, count).join('/'), key: ['.', ...words.slice(count)].join('/') };
}

function importsOf(file: string, text: string): Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    file,
    line: text.slice(0, pos).split('\n').length,
    specifier: fileName,
  }));
}
