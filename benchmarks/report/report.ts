import { readFileSync } from 'node:fs';
import type { Comparison } from '../training/result.ts';
import { carriedFigure } from './figures/carried.ts';
import { galleryFigure } from './figures/gallery.ts';
import { gradientNormsFigure } from './figures/gradient-norms.ts';
import { intervalsFigure } from './figures/intervals.ts';
import { learningFigure } from './figures/learning.ts';
import { perClassFigure } from './figures/per-class.ts';
import { timeFigure } from './figures/time.ts';
import { groupsOf } from './groups.ts';
import { colophon, header } from './header.ts';
import { type Html, html, raw } from './html.ts';
import { legend } from './legend.ts';
import { tableSection } from './table-section.ts';

/** The comparison as one HTML page that loads nothing: to be read, sent or printed. */
export function renderReport(comparison: Comparison): string {
  const groups = groupsOf(comparison);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Sampling strategies on ${comparison.meta.data}</title>
        <link rel="icon" href="data:," />
        ${inline('style', 'style.css')}
      </head>
      <body>
        <main>
          ${header(comparison)} ${tableSection(groups)} ${legend(groups)} ${learningFigure(groups)}
          ${intervalsFigure(groups)} ${perClassFigure(groups)} ${carriedFigure(groups)}
          ${gradientNormsFigure(groups)} ${timeFigure(groups)} ${galleryFigure(groups)}
          ${colophon(comparison, groups)}
        </main>
        ${inline('script', 'focus.js')}
      </body>
    </html> `.markup;
}

function inline(tag: 'style' | 'script', file: string): Html {
  return raw(`<${tag}>\n${readFileSync(new URL(`page/${file}`, import.meta.url), 'utf8')}</${tag}>`);
}
