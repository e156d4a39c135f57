import type { RunResult } from '../training/result.ts';
import { type Html, html, raw } from './html.ts';

/** How one strategy looks in every figure. The kind shows in the dash and the marker, so colour is never alone. */
export interface Look {
  readonly name: string;
  readonly kind: RunResult['kind'];
  /** The class of its marks, by which they are found when one strategy is picked out. */
  readonly mark: string;
  /** A variable of the style sheet, which has one palette for light and one for dark. */
  readonly color: string;
  readonly dash: string;
  readonly symbol: 'square' | 'circle';
}

/** By the strategy's name. */
export type Looks = ReadonlyMap<string, Look>;

/** Colours in the style sheet: eight found to stay apart under every colour blindness, six more that nearly do. */
const COLORS = 14;

/** One look a strategy. It follows from the names alone, so that neither ranks nor who finished first change it. */
export function looksOf(runs: readonly Pick<RunResult, 'strategy' | 'kind'>[]): Looks {
  const kinds = new Map(runs.map(({ strategy, kind }) => [strategy, kind]));
  const sorted = [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    sorted.map(([name, kind], at) => [
      name,
      {
        name,
        kind,
        mark: `s s${at}`,
        color: `var(--c${at % COLORS})`,
        dash: kind === 'soft' ? '6 3' : 'none',
        symbol: kind === 'soft' ? 'circle' : 'square',
      },
    ]),
  );
}

/** The line and marker of a strategy, small enough to stand beside its name. */
export function key({ color, dash, symbol }: Look): Html {
  const marker =
    symbol === 'square'
      ? raw('<rect x="10" y="2" width="8" height="8"/>')
      : raw('<circle cx="14" cy="6" r="4.5"/>');
  return html`<svg class="key" viewBox="0 0 28 12" width="28" height="12" aria-hidden="true" fill="${color}">
    <path d="M0 6H28" stroke="${color}" stroke-width="2" stroke-dasharray="${dash}" />
    ${marker}
  </svg>`;
}
