import type { EntryFormula } from './entry-formula.ts';
import type { Expression } from './expression.ts';
import { input, mul } from './terms.ts';

const made = new WeakMap<EntryFormula, Map<string, EntryFormula>>();

/** The input that weighs each loss. */
export const WEIGHT = 'lossWeight';

/** The input that multiplies all losses. */
export const FACTOR = 'lossFactor';

/** The formula times inputs of its own: {@link WEIGHT}, a row or an entry, and {@link FACTOR}, a scalar. The gradient reaches these as well. */
export function weighted(
  formula: EntryFormula,
  weight: 'row' | 'entry' | undefined,
  hasFactor: boolean,
): EntryFormula {
  if (!weight && !hasFactor) return formula;
  const known = made.get(formula) ?? new Map<string, EntryFormula>();
  made.set(formula, known);
  const key = `${weight} ${hasFactor}`;
  const before = known.get(key);
  if (before) return before;
  const inputs = {
    ...formula.inputs,
    ...(weight ? { [WEIGHT]: weight } : {}),
    ...(hasFactor ? { [FACTOR]: 'scalar' as const } : {}),
  };
  const factors = [...(weight ? [WEIGHT] : []), ...(hasFactor ? [FACTOR] : [])];
  const ofAll = factors.map(input).reduce((left, right) => mul(left, right));
  const whole = { inputs, by: [...formula.by, ...factors], loss: times(formula.loss, ofAll) };
  known.set(key, whole);
  return whole;
}

/** The factor goes to the front of a product, where the derivative has it as well: the two share what comes after it. */
function times(loss: Expression, factor: Expression): Expression {
  if (loss.op !== 'mul') return mul(factor, loss);
  const [first, second] = loss.args;
  return mul(times(first, factor), second);
}
