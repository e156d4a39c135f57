import { demand } from '../errors.ts';
import { derivative } from './derivative.ts';
import type { Expression, Table } from './expression.ts';
import { input } from './terms.ts';
import { lower } from './lower.ts';
import type { Binding, Program } from './program.ts';

/** A loss of each entry of a [n, C] grid, written once: see {@link entryFormula}. */
export interface EntryFormula<Name extends string = string> {
  /** The tensors it reads, and how each lies over the grid. */
  readonly inputs: Readonly<Record<Name, Binding>>;
  /** The inputs that a gradient reaches. */
  readonly by: readonly Name[];
  readonly loss: Expression;
}

/** What a formula's function is given: an expression for each input, or a table. */
export type Symbols<Inputs extends Readonly<Record<string, Binding>>> = {
  readonly [Name in keyof Inputs]: Inputs[Name] extends 'table' ? Table : Expression;
};

/**
 * A loss of each entry as a formula: its value, its gradient and its code on every backend follow from it. See {@link pointwiseLoss} and
 * {@link pointwiseLossSum}.
 *
 * @param parts.inputs the tensors that the formula reads: `entry` [n, C], `row` [n], `column` [C], `scalar` [] or `table` [k]. At least one is an entry.
 * @param parts.by the inputs that the gradient reaches; default the first entry.
 * @param parts.loss the formula, of an expression for each input.
 * @throws EquipoiseError for inputs without an entry, or a `by` that is empty, or names a table or no input.
 * @example
 * import { entryFormula, formula, pointwiseLoss } from '@equipoise/core';
 * import { tensor2d } from '@tensorflow/tfjs-core';
 *
 * const { max, mul, sub } = formula;
 * const hinge = entryFormula({
 *   inputs: { logits: 'entry', signs: 'entry' },
 *   loss: ({ logits, signs }) => max(sub(1, mul(signs, logits)), 0),
 * });
 * pointwiseLoss(hinge, { logits: tensor2d([[2, -1]]), signs: tensor2d([[1, 1]]) }).print(); // [[0, 2]]
 */
export function entryFormula<const Inputs extends Readonly<Record<string, Binding>>>(parts: {
  readonly inputs: Inputs;
  readonly by?: readonly (keyof Inputs & string)[];
  readonly loss: (symbols: Symbols<Inputs>) => Expression;
}): EntryFormula<keyof Inputs & string> {
  const { inputs } = parts;
  const names = Object.keys(inputs) as (keyof Inputs & string)[];
  const entries = names.filter((name) => inputs[name] === 'entry');
  demand(entries.length > 0, {
    package: '@equipoise/core',
    subject: 'inputs of a formula',
    expected: 'at least one that is an entry',
    actual: inputs,
  });
  const by = parts.by ?? entries.slice(0, 1);
  demand(by.length > 0, {
    package: '@equipoise/core',
    subject: 'by of a formula',
    expected: 'at least one input',
    actual: by,
  });
  for (const name of by) {
    demand(names.includes(name) && inputs[name] !== 'table', {
      package: '@equipoise/core',
      subject: 'by of a formula',
      expected: `some of ${names.filter((other) => inputs[other] !== 'table').join(', ')}`,
      actual: name,
    });
  }
  const symbols = names.map((name) => [name, inputs[name] === 'table' ? { table: name } : input(name)]);
  return { inputs, by, loss: parts.loss(Object.fromEntries(symbols) as Symbols<Inputs>) };
}

const programs = new WeakMap<EntryFormula, Map<string, Program>>();

/** The program of a formula that gives its loss where `loss` says so, then its derivatives in the inputs `by`. Made once. */
export function programOf(
  formula: EntryFormula,
  { loss, by }: { readonly loss: boolean; readonly by: readonly string[] },
): Program {
  const ofFormula = programs.get(formula) ?? new Map<string, Program>();
  programs.set(formula, ofFormula);
  const key = `${loss} ${by.join(' ')}`;
  const known = ofFormula.get(key);
  if (known) return known;
  const derivatives = by.map((name) => derivative(formula.loss, name));
  const made = lower([...(loss ? [formula.loss] : []), ...derivatives]);
  ofFormula.set(key, made);
  return made;
}
