import type { Example } from './example.ts';

/** A comment right before a block, where there is one, and the block. */
const BLOCK = /(?:^<!-- example: ([\s\S]*?)-->\n\s*)?^```(js|ts)\n([\s\S]*?)^```$/gm;

/**
 * The examples of a README: its blocks of `js` and `ts`. Each runs to its end, unless a comment before it says otherwise:
 *
 *     <!-- example: fails with "text" -->   shows a failure
 *     <!-- example: needs a model -->       is compiled, and cannot run
 *     <!-- example: given
 *     const anchors = …;                    what it takes as known: this code runs before it
 *     -->
 */
export function markdownExamples(file: string, markdown: string): Example[] {
  return [...markdown.matchAll(BLOCK)].map((match) => {
    const [whole, said = '', language, code] = match as unknown as [string, string?, string?, string?];
    const [, given = ''] = /^given\n([\s\S]*)$/.exec(said) ?? [];
    const before = markdown.slice(0, match.index) + whole.slice(0, whole.lastIndexOf(`\`\`\`${language}\n`));
    const start = match.index + (given === '' ? 0 : whole.indexOf(given));
    return {
      file,
      line: lines(before) + 2,
      text:
        blank(markdown.slice(0, start)) + given + blank(before.slice(start + given.length)) + `\n${code!}`,
      language: language === 'ts' ? 'ts' : 'js',
      failsWith: /^fails with "(.*)"/.exec(said)?.[1],
      needs: /^needs (.*?) *$/.exec(said)?.[1],
    };
  });
}

function lines(text: string): number {
  return text.split('\n').length - 1;
}

function blank(text: string): string {
  return '\n'.repeat(lines(text));
}
