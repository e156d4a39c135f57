// npm run docs:examples: compiles and runs every example of the READMEs and of the doc comments. A fault names file and line.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../packages/workspace.ts';
import { commentExamples } from './comment-examples.ts';
import { compileFaults } from './compile.ts';
import type { Example } from './example.ts';
import { markdownExamples } from './markdown-examples.ts';
import { runFaults } from './run.ts';
import { writeTfjsPackage } from './tfjs-package.ts';

/** Inside the repository, so that packages resolve; outside node_modules, so that Node runs TypeScript. */
const FOLDER = path.join(ROOT, 'docs/.cache/examples');

function examplesOf(pattern: string, read: (file: string, text: string) => Example[]): Example[] {
  return globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules'] })
    .toSorted()
    .flatMap((file) => read(file, readFileSync(path.join(ROOT, file), 'utf8')));
}

const examples = [
  ...examplesOf('README.md', markdownExamples),
  ...examplesOf('packages/{*,*/*}/README.md', markdownExamples),
  ...examplesOf('packages/{*,*/*}/src/**/*.ts', commentExamples),
];
rmSync(FOLDER, { recursive: true, force: true });
const modules = new Map<string, Example>();
for (const example of examples) {
  const { file, line, language, text } = example;
  const module = path.join(FOLDER, `${file}@${line}.${language === 'ts' ? 'ts' : 'mjs'}`);
  mkdirSync(path.dirname(module), { recursive: true });
  writeFileSync(module, language === 'ts' ? `${text}\nexport {};\n` : text);
  modules.set(module, example);
}
writeTfjsPackage(FOLDER);

const faults = [...compileFaults(FOLDER, modules), ...runFaults(modules)];
for (const fault of faults) console.error(fault);
console.log(
  `examples: ${examples.length}, ${faults.length === 0 ? 'all compile and run' : `${faults.length} faults`}`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
