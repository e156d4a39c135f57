import * as Plot from '@observablehq/plot';
import { chart, textWidth } from '../chart.ts';
import { figure } from '../figure.ts';
import type { Group } from '../groups.ts';
import type { Html } from '../html.ts';
import type { Look } from '../looks.ts';
import { average } from '../spread.ts';
import { fixed, shorten } from '../words.ts';

/** More classes than this would be a wall of dots: those that tell the strategies apart most are shown. */
const MOST_CLASSES = 24;

type Measure = 'ap' | 'ap50';

interface Row {
  readonly name: string;
  /** Each strategy's mean over its seeds, the highest first. */
  readonly dots: readonly { readonly look: Look; readonly value: number }[];
  readonly range: number;
}

/** Which classes the strategies differ in; nothing where there is but one. */
export function perClassFigure(groups: readonly Group[]): Html | undefined {
  const classes = new Set(
    groups.flatMap(({ runs }) => runs.flatMap(({ perClass }) => perClass.map(({ name }) => name))),
  );
  if (classes.size < 2) return undefined;
  const rows = rowsOf(groups, 'ap', [...classes]);
  const shown = rows.slice(0, MOST_CLASSES).toSorted((a, b) => mean(b) - mean(a));
  const names = shown.map(({ name }) => name);
  const cut =
    rows.length > shown.length
      ? ` The ${MOST_CLASSES} of ${rows.length} classes that differ most between strategies.`
      : '';
  return figure({
    id: 'per-class',
    title: 'Class by class',
    aid: readingAid(rows),
    legend: `One dot a strategy, mean over seeds; at the right the best of each class.${cut}`,
    panels: [
      { title: 'AP', drawing: panel(shown, names, 'AP') },
      { title: 'AP50', drawing: panel(rowsOf(groups, 'ap50', names), names, 'AP50') },
    ],
  });
}

function panel(rows: readonly Row[], names: readonly string[], title: string): Html {
  return chart(`${title} of each class by strategy`, {
    height: rows.length * 26 + 62,
    marginTop: 10,
    marginBottom: 44,
    marginLeft: textWidth(names.map((name) => shorten(name, 16))) + 12,
    marginRight: textWidth(rows.map(({ dots }) => shorten(dots[0]?.look.name ?? ''))) + 10,
    x: { label: title, labelAnchor: 'center', labelArrow: 'none', grid: true, ticks: 5, inset: 8 },
    y: { domain: names, label: null, tickSize: 0, tickFormat: (name: string) => shorten(name, 16) },
    marks: rows.flatMap(({ name, dots }) => {
      const y = (): string => name;
      const best = dots[0];
      return [
        Plot.link([dots], {
          x1: () => dots.at(-1)?.value,
          x2: () => best?.value,
          y1: y,
          y2: y,
          stroke: 'currentColor',
          strokeOpacity: 0.25,
        }),
        ...dots.map(({ look, value }) =>
          Plot.dot([value], {
            x: value,
            y,
            r: 4.5,
            symbol: look.symbol,
            fill: look.color,
            stroke: 'var(--ground)',
            strokeWidth: 1,
            className: look.mark,
            title: () => `${look.name}, ${name}: ${fixed(value)}`,
          }),
        ),
        best &&
          Plot.text([best], {
            y,
            text: () => shorten(best.look.name),
            frameAnchor: 'right',
            textAnchor: 'start',
            dx: 8,
            className: best.look.mark,
          }),
      ];
    }),
  });
}

function rowsOf(groups: readonly Group[], measure: Measure, names: readonly string[]): Row[] {
  return names
    .map((name) => {
      const dots = groups
        .flatMap(({ look, runs }) => {
          const values = runs.flatMap(({ perClass }) =>
            perClass.filter((entry) => entry.name === name).map((entry) => entry[measure]),
          );
          return values.length > 0 ? [{ look, value: average(values) }] : [];
        })
        .toSorted((a, b) => b.value - a.value);
      return { name, dots, range: (dots[0]?.value ?? 0) - (dots.at(-1)?.value ?? 0) };
    })
    .toSorted((a, b) => b.range - a.range);
}

function mean({ dots }: Row): number {
  return average(dots.map(({ value }) => value));
}

function readingAid(rows: readonly Row[]): string {
  const widest = rows[0];
  const [high, low] = [widest?.dots[0], widest?.dots.at(-1)];
  if (!widest || !high || !low) return '';
  if (high === low) {
    const [best, worst] = [
      rows.toSorted((a, b) => mean(b) - mean(a))[0],
      rows.toSorted((a, b) => mean(a) - mean(b))[0],
    ];
    return `${high.look.name} finds “${best?.name ?? ''}” best, AP ${fixed(best ? mean(best) : 0)}, and “${worst?.name ?? ''}” least, ${fixed(worst ? mean(worst) : 0)}.`;
  }
  const narrow = rows.at(-1);
  return `“${widest.name}” tells the strategies apart the most: AP from ${fixed(low.value)} (${low.look.name}) to ${fixed(high.value)} (${high.look.name}), against a range of ${fixed(narrow?.range ?? 0)} in “${narrow?.name ?? ''}”.`;
}
