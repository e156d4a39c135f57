import * as Plot from '@observablehq/plot';
import type { GradientNorms } from '../../training/result.ts';
import { chart } from '../chart.ts';
import { figure } from '../figure.ts';
import type { Group } from '../groups.ts';
import { type Html, html } from '../html.ts';
import { key } from '../looks.ts';
import { average } from '../spread.ts';
import { percent } from '../words.ts';

/** Shares of the gradient in each bin of |p − y|, before weighting and after. */
interface Shares {
  readonly group: Group;
  readonly step: number;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const FLOOR = 1e-6;

/** What the update is made of: easy entries on the left, hard ones on the right. */
export function gradientNormsFigure(groups: readonly Group[]): Html | undefined {
  const all = groups.flatMap((group) => sharesOf(group) ?? []);
  const [first] = all;
  if (!first) return undefined;
  const smallest = Math.min(
    ...all.flatMap(({ before, after }) => [...before, ...after]).filter((share) => share > 0),
  );
  const floor = Math.max(FLOOR, 10 ** Math.floor(Math.log10(smallest)));
  return figure({
    id: 'gradient-norms',
    title: 'What the update is made of',
    aid: readingAid(all),
    legend: `Share of the summed gradient norm |p − y| by how wrong an entry is, from right (0) to wrong (1), at step ${first.step}, logarithmic. Grey: before weighting. Coloured: after.`,
    layout: 'strip',
    panels: all.map((shares) => ({
      title: html`${key(shares.group.look)} ${shares.group.look.name}`,
      drawing: panel(shares, floor),
    })),
  });
}

function panel({ group: { look }, before, after }: Shares, floor: number): Html {
  const bins = (shares: readonly number[]) =>
    shares.map((share, bin) => ({
      from: bin / shares.length,
      to: (bin + 1) / shares.length,
      share: Math.max(floor, share),
    }));
  // Stairs, closed at the right edge: each bin is as wide as it is.
  const stairs = (shares: readonly number[]) =>
    bins(shares).flatMap(({ from, to, share }) => [
      { x: from, share },
      { x: to, share },
    ]);
  return chart(`${look.name}: share of the gradient in each bin, before and after weighting`, {
    width: 250,
    height: 190,
    marginLeft: 42,
    marginRight: 10,
    marginTop: 8,
    marginBottom: 38,
    style: { fontSize: '12px', background: 'none' },
    x: { domain: [0, 1], label: '|p − y|', labelAnchor: 'center', labelArrow: 'none', ticks: 5 },
    y: { type: 'log', domain: [floor, 1], label: null, grid: true, ticks: decades(floor), tickFormat: power },
    marks: [
      Plot.areaY(stairs(before), { x: 'x', y1: floor, y2: 'share', fill: 'currentColor', fillOpacity: 0.22 }),
      Plot.line(stairs(after), { x: 'x', y: 'share', stroke: look.color, strokeWidth: 2 }),
    ],
  });
}

function sharesOf(group: Group): Shares | undefined {
  const last = group.runs.flatMap(({ gradientNorms }) => gradientNorms.at(-1) ?? []);
  const [first] = last;
  if (!first || first.plain.length === 0) return undefined;
  const mean = (measure: (norms: GradientNorms) => readonly number[]): number[] =>
    first.plain.map((_, bin) => average(last.map((norms) => shares(measure(norms))[bin] ?? 0)));
  return {
    group,
    step: first.step,
    before: mean(({ plain }) => plain),
    after: mean(({ weighted }) => weighted),
  };
}

function shares(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => (sum > 0 ? value / sum : 0));
}

function readingAid(all: readonly Shares[]): string {
  const sorted = all
    .map(({ group, before, after }) => ({ name: group.look.name, before: hard(before), after: hard(after) }))
    .toSorted((a, b) => b.after - a.after);
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (!most || !least) return '';
  const wrong = 'entries that are mostly wrong, |p − y| above ½,';
  const lead = `With ${most.name}, ${wrong} make ${percent(most.after)} of the update (${percent(most.before)} before weighting)`;
  if (most === least) return `${lead}.`;
  return `${lead}: the most. With ${least.name} they make ${percent(least.after)} (${percent(least.before)}): the least.`;
}

/** The share of the upper half of the bins. */
function hard(values: readonly number[]): number {
  return values.reduce((sum, share, bin) => (bin + 0.5 > values.length / 2 ? sum + share : sum), 0);
}

/** Every power of ten from the floor to 1. */
function decades(floor: number): number[] {
  const count = Math.round(-Math.log10(floor));
  return Array.from({ length: count + 1 }, (_, decade) => 10 ** (decade - count));
}

/** 0.001 as 10⁻³. */
function power(value: number): string {
  const exponent = Math.round(Math.log10(value));
  if (exponent === 0) return '1';
  return `10⁻${Array.from(String(-exponent), (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('')}`;
}
