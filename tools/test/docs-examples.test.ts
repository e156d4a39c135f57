import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commentExamples } from '../docs-examples/comment-examples.ts';
import type { Example } from '../docs-examples/example.ts';
import { markdownExamples } from '../docs-examples/markdown-examples.ts';
import { runFaults } from '../docs-examples/run.ts';

const fenced = (code: string, before = ''): string => `${before}\`\`\`js\n${code}\n\`\`\`\n`;
const numbered = ({ text }: Example): string[] =>
  text.split('\n').flatMap((line, i) => (line === '' ? [] : [`${i + 1}: ${line}`]));

describe('examples of a README', () => {
  const only = (before: string): Example =>
    markdownExamples('README.md', `# x\n\n${fenced('one();', before)}`)[0]!;

  it('are its blocks, each on its own lines', () => {
    const examples = markdownExamples(
      'README.md',
      `# x\n${fenced('one();')}\ntext\n${fenced('two();\nthree();')}`,
    );
    expect(examples.map(numbered)).toEqual([['3: one();'], ['8: two();', '9: three();']]);
    expect(examples.map(({ line }) => line)).toEqual([3, 8]);
  });

  it('may be said to fail', () =>
    expect(only('<!-- example: fails with "a law" -->\n\n').failsWith).toBe('a law'));

  it('may be said to need what is not here', () =>
    expect(only('<!-- example: needs a model -->\n').needs).toBe('a model'));

  it('may be given what they take as known, on the lines of the comment', () =>
    expect(numbered(only('<!-- example: given\nconst a = 1;\n-->\n\n'))).toEqual([
      '4: const a = 1;',
      '8: one();',
    ]));
});

describe('examples of doc comments', () => {
  it('are what follows the tag, up to the next, with or without a fence', () => {
    const source = [
      '/**',
      ' * Does.',
      ' *',
      ' * @example',
      ' * ```ts',
      ' * one();',
      ' * ```',
      ' * @throws never',
      ' */',
      'export const a = 1; /* @example no */',
      '  /**',
      '   * @example',
      '   * two();',
      '   *',
      '   *   three();',
      '   */',
    ].join('\n');
    expect(commentExamples('a.ts', source).map(numbered)).toEqual([
      ['6: one();'],
      ['13: two();', '15:   three();'],
    ]);
  });
});

describe('a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'equipoise-examples-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What is said of these examples, written as they are by the check. */
  function faultsOf(codes: readonly string[], rest: Partial<Example> = {}): string[] {
    const modules = codes.map((text, i): [string, Example] => {
      const module = path.join(folder, `a${i}.md@2.mjs`);
      writeFileSync(module, `\n${text}`);
      const file = `a${i}.md`;
      return [
        module,
        { file, line: 2, text, language: 'js', failsWith: undefined, needs: undefined, ...rest },
      ];
    });
    return runFaults(new Map(modules));
  }

  it('names the line that throws, and goes on', () =>
    expect(faultsOf(['1;\nthrow new Error("no");', '2;', 'missing;'])).toEqual([
      'a0.md:3: Error: no',
      'a2.md:2: ReferenceError: missing is not defined',
    ]));

  it('holds an example to what it says it prints', () =>
    expect(
      faultsOf(['console.log([1, 2]); // → [1,2]', 'console.log(1); // → 2', '// → 3\n;', 'console.log(4);']),
    ).toEqual(['a1.md:2: it says → 2, and prints 1', 'a2.md:2: it says → 3, and prints ']));

  it('wants the failure that was announced', () => {
    expect(faultsOf(['throw new Error("a law");'], { failsWith: 'a law' })).toEqual([]);
    expect(faultsOf(['1;'], { failsWith: 'a law' })[0]).toContain('it should fail with "a law"');
  });

  it('runs tests to their end', () => {
    const code = (holds: boolean): string =>
      `import { test } from 'node:test';\ntest('a', () => { if (!${holds}) throw new Error('no'); });`;
    expect(faultsOf([code(true)])).toEqual([]);
    expect(faultsOf([code(false)])[0]).toContain('a0.md:2: exit code 1');
  });
});
