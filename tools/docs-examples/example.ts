/** A piece of code in a README or in a doc comment, as its reader would copy it. */
export interface Example {
  /** Where it stands, from the root, and its first line. */
  readonly file: string;
  readonly line: number;
  /** Every line of its file up to its end, blank but for its own and for what is given to it: so messages name the right line. */
  readonly text: string;
  /** TypeScript is compiled; JavaScript runs only. */
  readonly language: 'ts' | 'js';
  /** What it must print as it fails; where undefined, it must run to its end. */
  readonly failsWith: string | undefined;
  /** What a run would need that is not here, such as a model; it is compiled only. */
  readonly needs: string | undefined;
}

/** What follows `// →` on lines of an example: what its `console.log`s must print, in this order, whitespace aside. */
export function promisedLines({ text }: Example): string[] {
  return [...text.matchAll(/\/\/ → (.*)$/gm)].map(([, printed]) => printed!);
}

/** Whether it registers tests: these begin when the process has nothing else to do. */
export function registersTests({ text }: Example): boolean {
  return text.includes(`'node:test'`);
}
