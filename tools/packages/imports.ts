import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The packages that the sources under the folder import, types included; `node:` modules and its own files are left out. */
export function importedPackages(folder: string): Set<string> {
  const specifiers = globSync('**/*.ts', { cwd: folder }).flatMap((file) =>
    specifiersOf(readFileSync(path.join(folder, file), 'utf8')),
  );
  return new Set(
    specifiers.filter((name) => !name.startsWith('.') && !name.startsWith('node:')).map(packageOf),
  );
}

/** What a source imports, exports from, requires or loads by `import()`. */
function specifiersOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** `@scope/name/path` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
