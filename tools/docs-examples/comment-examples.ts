import type { Example } from './example.ts';

const COMMENT = /\/\*\*[\s\S]*?\*\//g;
/** The lines after `@example`, up to the next tag or the end of the comment. */
const EXAMPLE = /^( *\* @example *\n)((?: *\*(?! @)(?!\/).*\n)+)/gm;

/** The examples of a source's doc comments: what follows `@example`. A fence around the code may be left out. */
export function commentExamples(file: string, source: string): Example[] {
  return [...source.matchAll(COMMENT)].flatMap(({ 0: comment, index }) =>
    [...comment.matchAll(EXAMPLE)].map((match) => {
      const before = source.slice(0, index + match.index + match[1]!.length).split('\n').length - 1;
      const code = match[2]!.replace(/^ *\* ?/gm, '').replace(/^```.*$/gm, '');
      const text = '\n'.repeat(before) + code;
      return {
        file,
        line: before + 1,
        text,
        language: 'ts' as const,
        failsWith: undefined,
        needs: undefined,
      };
    }),
  );
}
