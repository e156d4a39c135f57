/** Text that is already HTML; everything else is escaped when it enters a page. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | undefined | readonly Part[];

/**
 * A template whose interpolations are escaped, unless they are {@link Html} themselves; lists are joined and
 * `undefined` leaves nothing, so that a page is written as one reads it and no name can break out of it.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return {
    markup: strings.map((string, at) => string + (at < parts.length ? print(parts[at]) : '')).join(''),
  };
}

/** The same for drawings, where white space between tags is better left out and long lines are usual. */
export function svg(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return html(strings, ...parts);
}

/** Marks text as HTML without escaping it: for drawings and files of our own only. */
export function raw(markup: string): Html {
  return { markup };
}

/** Escapes a text for use between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

function print(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(print).join('');
}
