import type { Comparison } from '../training/result.ts';
import { carriedFigure } from './figures/carried.ts';
import { galleryFigure } from './figures/gallery.ts';
import { gradientNormsFigure } from './figures/gradient-norms.ts';
import { intervalsFigure } from './figures/intervals.ts';
import { learningFigure } from './figures/learning.ts';
import { perClassFigure } from './figures/per-class.ts';
import { timeFigure } from './figures/time.ts';
import { groupsOf } from './groups.ts';
import { header, howItWasDone } from './header.ts';
import { html } from './html.ts';
import { legend } from './legend.ts';
import { page } from './page.ts';
import { tableSection } from './table-section.ts';

/** The comparison as one HTML page that loads nothing: to be read, sent or printed. */
export function renderReport(comparison: Comparison): string {
  const groups = groupsOf(comparison);
  return page({
    title: `Sampling strategies on ${comparison.meta.data}`,
    main: html`${header(comparison)} ${tableSection(groups)} ${legend(groups)} ${learningFigure(groups)}
    ${intervalsFigure(groups)} ${perClassFigure(groups)} ${carriedFigure(groups)}
    ${gradientNormsFigure(groups)} ${timeFigure(groups)} ${galleryFigure(groups)}
    ${howItWasDone(comparison, groups)}`,
    script: 'focus.js',
  });
}
