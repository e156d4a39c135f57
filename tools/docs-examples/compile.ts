import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../packages/workspace.ts';
import type { Example } from './example.ts';

/** What the compiler says against the examples in TypeScript, with file and line of the source that they stand in. */
export function compileFaults(folder: string, modules: ReadonlyMap<string, Example>): string[] {
  const config = {
    extends: path.relative(folder, path.join(ROOT, 'tsconfig.base.json')),
    compilerOptions: {
      composite: false,
      declarationMap: false,
      isolatedDeclarations: false,
      noEmit: true,
      // An example may show a value and not use it.
      noUnusedLocals: false,
      types: ['node'],
      // Sources that examples import are for browsers too.
      lib: ['ES2023', 'DOM'],
    },
    files: [...modules]
      .filter(([, { language }]) => language === 'ts')
      .map(([module]) => path.relative(folder, module)),
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
  const { status, stdout, stderr } = spawnSync(tsc, ['-p', folder, '--pretty', 'false'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return status === 0 ? [] : readable(stdout + stderr);
}

/** `docs/.cache/examples/packages/x.ts@75.ts(77,3): error …` → `packages/x.ts:77: error …`. */
function readable(output: string): string[] {
  return output
    .trim()
    .split('\n')
    .map((line) => line.replace(/^.*?\.cache\/examples\/(.*)@\d+\.ts\((\d+),\d+\)/, '$1:$2'));
}
