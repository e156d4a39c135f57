import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { GeneratorCallback, Tree } from '@nx/devkit';
import { CreateError, namesOf, render } from 'create-equipoise-strategy';
import { addDependency, addReference, addToCatalogue, type Edit } from './edits.ts';
import type { StrategyGeneratorOptions } from './options.ts';

/**
 * Makes `packages/KIND/NAME` in the workspace of Equipoise, and tells the build, the tools and the comparison of it.
 *
 * @returns what Nx does once the files are written: it formats them and says what comes next.
 * @throws CreateError for a name that is refused or taken, and outside of the workspace.
 */
export default function strategy(tree: Tree, options: StrategyGeneratorOptions): GeneratorCallback {
  const { name, kind = 'soft', paper = 'Unpublished' } = options;
  const { camel } = namesOf(name);
  const folder = `packages/${kind}/${name}`;
  demandFree(tree, name);

  const files = render({ name, kind, paper, place: 'inside' });
  for (const [file, text] of files) tree.write(`${folder}/${file}`, text);
  tree.write(`${folder}/LICENSE`, contentOf(tree, 'LICENSE'));

  const { version } = JSON.parse(files.get('package.json')!) as { version: string };
  const edits: Readonly<Record<string, readonly Edit[]>> = {
    'tsconfig.json': [addReference(`./${folder}`)],
    'tools/tsconfig.json': [addReference(`../${folder}/tsconfig.lib.json`)],
    'benchmarks/tsconfig.json': [addReference(`../${folder}/tsconfig.lib.json`)],
    'benchmarks/package.json': [addDependency(`@equipoise/${name}`, `^${version}`)],
    'benchmarks/training/catalogue.ts': [addToCatalogue(name, camel, paper)],
  };
  for (const [file, changes] of Object.entries(edits)) {
    tree.write(
      file,
      changes.reduce((text, edit) => edit(text), contentOf(tree, file)),
    );
  }

  const changed = tree.listChanges().map(({ path: file }) => file);
  return () => {
    execFileSync(
      path.join(tree.root, 'node_modules/.bin/oxfmt'),
      ['--no-error-on-unmatched-pattern', ...changed],
      {
        cwd: tree.root,
        stdio: 'ignore',
      },
    );
    console.log(nextSteps(name, folder));
  };
}

function demandFree(tree: Tree, name: string): void {
  const taken = ['packages', 'packages/hard', 'packages/soft', 'packages/kernels']
    .map((parent) => `${parent}/${name}`)
    .find((folder) => tree.exists(`${folder}/package.json`));
  if (taken !== undefined)
    throw new CreateError(`name: expected one that no package has, got '${name}' of ${taken}`);
}

function contentOf(tree: Tree, file: string): string {
  const text = tree.read(file, 'utf8');
  if (text === null)
    throw new CreateError(`workspace: expected that of Equipoise, which has ${file}, got ${tree.root}`);
  return text;
}

function nextSteps(name: string, folder: string): string {
  return [
    '',
    `  npm install                                     # makes @equipoise/${name} known to the others`,
    `  npx tsc -b ${folder}`,
    `  npx vitest run --project @equipoise/${name}`,
    `  npm run compare -- --strategies focal,${name}`,
    '  npm run readme                                  # its row in the table of strategies',
  ].join('\n');
}
