import type { EntryFormula, Expression, Binding } from '@equipoise/core';
import { entryFormula, formula } from '@equipoise/core';
import type { DensityOptions } from './density-options.ts';
import { unitRegion } from './unit-region.ts';

const { add, greater, lookup, mul, select } = formula;

/** What GHM makes of a loss: its norm says how the loss is weighed. */
export interface HarmonyParts<Name extends string> {
  readonly inputs: Readonly<Record<Name, Binding>>;
  /** The input that the gradient of the loss reaches. */
  readonly by: NoInfer<Name>;
  /** g, in [0, 1]. */
  readonly norm: (symbols: Readonly<Record<Name, Expression>>) => Expression;
  readonly loss: (symbols: Readonly<Record<Name, Expression>>) => Expression;
}

/** The formulas of a harmonized loss. Beside their own they read `counted`, 0 where an entry does not count, and `group`, if there are several. */
export interface HarmonyFormulas {
  readonly norm: EntryFormula;
  /** group × bins + unit region; below 0 where an entry does not count. */
  readonly place: EntryFormula;
  /** β of the place, from the table `beta`: 0, β of each place, 0. */
  readonly weight: EntryFormula;
  readonly loss: EntryFormula;
  /** β times the loss. */
  readonly weightedLoss: EntryFormula;
}

/** The formulas of parts, under options; `counted` is one for each row, or for each entry. */
export function harmonyFormulas<Name extends string>(
  parts: HarmonyParts<Name>,
  { bins, scope }: Pick<DensityOptions, 'bins' | 'scope'>,
  counted: 'row' | 'entry' = 'row',
): HarmonyFormulas {
  const { by, norm, loss } = parts;
  const own: Readonly<Record<string, Binding>> = parts.inputs;
  const placed: Readonly<Record<string, Binding>> = {
    ...own,
    counted,
    ...(scope === 'batch' ? {} : { group: 'row' }),
  };
  const inputs = { ...placed, beta: 'table' as const };
  type Given = Readonly<Record<string, Expression>>;
  const placeFrom = (start: number, given: Given): Expression => {
    const { group, counted: counts } = given;
    const first = group ? add(mul(group, bins), start) : start;
    return add(select(greater(counts!, 0), first, NOWHERE), unitRegion(norm(given), bins));
  };
  const beta = (given: Given): Expression => lookup({ table: 'beta' }, placeFrom(1, given));
  const lossOf = (given: Given): Expression => loss(given);
  const of = (bindings: Readonly<Record<string, Binding>>, made: (given: Given) => Expression) =>
    entryFormula({ inputs: bindings, by: [by], loss: (symbols) => made(symbols as Given) });
  return {
    norm: of(own, (given) => norm(given)),
    place: of(placed, (given) => placeFrom(0, given)),
    weight: of(inputs, beta),
    loss: of(own, lossOf),
    weightedLoss: of(inputs, (given) => mul(beta(given), lossOf(given))),
  };
}

/** Far below every place. */
const NOWHERE = -1e9;
