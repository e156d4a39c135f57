import { readFileSync } from 'node:fs';
import { type Html, html, raw } from './html.ts';

/** What a page is made of. */
export interface PageParts {
  /** For the window; text. */
  readonly title: string;
  /** All that is read, from the header on. */
  readonly main: Html;
  /** A script of `page/`, where there is something to touch. */
  readonly script?: string;
}

/** A report as one HTML page that loads nothing: to be read, sent or printed. */
export function page({ title, main, script }: PageParts): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${inline('style', 'style.css')}
      </head>
      <body>
        <main>${main}</main>
        ${script === undefined ? undefined : inline('script', script)}
      </body>
    </html> `.markup;
}

function inline(tag: 'style' | 'script', file: string): Html {
  return raw(`<${tag}>\n${readFileSync(new URL(`page/${file}`, import.meta.url), 'utf8')}</${tag}>`);
}
