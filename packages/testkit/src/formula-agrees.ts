import type { EntryFormula, Program } from '@equipoise/core';
import { formula as f, pointwiseLoss, pointwiseLossSum } from '@equipoise/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { getBackend, ones, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Arbitrary, IAsyncPropertyWithHooks } from 'fast-check';
import { asyncProperty } from 'fast-check';
import { inDouble } from './in-double.ts';
import type { FormulaGrid } from './support/formula-grid.ts';
import { formulaGrids, placeOf, tensorsOf } from './support/formula-grid.ts';
import { held } from './support/held.ts';
import type { Nearness } from './support/same.ts';

export type { FormulaGrid } from './support/formula-grid.ts';

/** Options of {@link formulaAgrees}. */
export interface FormulaAgreesOptions<Name extends string = string> {
  /** What the formula is called in a report. Default `formula`. */
  readonly name?: string;
  /**
   * What an input holds. Default: `labels` −1…C, where C is background; an input of `by` logits to ±120, with ties; any other numbers in
   * [0, 1], often 0 or 1.
   */
  readonly values?: Readonly<Partial<Record<Name, Arbitrary<number>>>>;
  /**
   * Whether differences leave the parts under `stop` where they are, as the derivative does. Default false: a derivative that is not that of
   * the whole value is a fault. A formula that detaches a factor on purpose wants true; a slope that is said by `withSlope` is then believed.
   */
  readonly stopsHeld?: boolean;
  /** How near numbers must be. Default relative 1e-4, absolute 1e-6. */
  readonly near?: Nearness;
}

/**
 * The law of a formula, of whoever wrote it, over drawn grids with [0, C], one row, ties, logits to ±120, ignored rows and background:
 *
 * - its derivatives are central finite differences of its value in double precision, away from kinks;
 * - losses, sums and gradients on the current backend, composed or by a registered kernel, are those of the plain loop in double precision;
 * - all of them are finite.
 *
 * A step is reported where float32 takes it at another input than double precision does, as ⌊10 σ(z)⌋ from z = 17 on: bound it.
 *
 * @example
 * import '@tensorflow/tfjs-backend-cpu';
 * import { entryFormula, formula } from '@equipoise/core';
 * import { formulaAgrees } from '@equipoise/testkit';
 * import fc from 'fast-check';
 *
 * const { labelTerms, mul, power } = formula;
 * const focal = entryFormula({
 *   inputs: { logits: 'entry', labels: 'row' },
 *   loss({ logits, labels }) {
 *     const { miss, crossEntropy } = labelTerms(logits, labels);
 *     return mul(power(miss, 2), crossEntropy);
 *   },
 * });
 * await fc.assert(formulaAgrees(focal, { name: 'focal' }));
 */
export function formulaAgrees<Name extends string>(
  formula: EntryFormula<Name>,
  options: FormulaAgreesOptions<Name> = {},
): IAsyncPropertyWithHooks<[FormulaGrid]> {
  const { name = 'formula', values, stopsHeld = false, near = NEAR } = options;
  const programs = programsOf(formula, stopsHeld);
  return asyncProperty(formulaGrids(formula, { ...values }), async (grid) => {
    const entries = entriesOf(formula, grid).map((entry) => judged(name, formula, programs, entry, near));
    await demandBackend(name, formula, grid, entries, near);
  });
}

const NEAR: Nearness = { relative: 1e-4, absolute: 1e-6 };

/** One entry of a grid, in plain numbers. */
interface Entry {
  readonly at: number;
  readonly column: number;
  readonly values: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<string, readonly number[]>>;
  /** How a report names it. */
  readonly said: string;
}

/** What a backend is to compute at an entry: the loss, then its derivatives; and how far a rounding of the inputs may move them. */
interface Judged {
  readonly wanted: readonly number[];
  readonly slack: readonly number[];
  readonly said: string;
}

interface Programs {
  /** The loss, then its derivatives. */
  readonly whole: Program;
  /** The loss, in which the inputs that `stopped` gives stand for what does not move. */
  readonly moving: Program;
  readonly stopped: Program;
  readonly stoppedNames: readonly string[];
}

function programsOf({ loss, by }: EntryFormula, stopsHeld: boolean): Programs {
  const split = stopsHeld ? held(loss) : { loss, parts: {} };
  return {
    whole: f.lower([loss, ...by.map((name) => f.derivative(loss, name))]),
    moving: f.lower([split.loss]),
    stopped: f.lower(Object.values(split.parts)),
    stoppedNames: Object.keys(split.parts),
  };
}

function entriesOf({ inputs }: EntryFormula, { shape: [n, columns], inputs: lists }: FormulaGrid): Entry[] {
  const bindings = Object.entries(inputs);
  const isTable = ([, binding]: (typeof bindings)[number]): boolean => binding === 'table';
  const tables = Object.fromEntries(bindings.filter(isTable).map(([name]) => [name, lists[name]!]));
  return Array.from({ length: n * columns }, (_, at) => {
    const read = bindings
      .filter((bound) => !isTable(bound))
      .map(([name, binding]) => [name, lists[name]![placeOf(binding, at, columns)]!] as const);
    const [row, column] = [Math.floor(at / columns), at % columns];
    const said = `entry [${row}, ${column}], where ${read.map(([name, value]) => `${name} = ${value}`).join(', ')}`;
    return { at, column, values: Object.fromEntries(read), tables, said };
  });
}

/** The loss and its derivatives at an entry, finite and right in double precision. */
function judged(
  name: string,
  { by }: EntryFormula,
  { whole, moving, stopped, stoppedNames }: Programs,
  { column, values, tables, said }: Entry,
  near: Nearness,
): Judged {
  const run = (program: Program, given: Entry['values']): number[] =>
    inDouble(program, given, column, tables);
  const wanted = run(whole, values);
  wanted.forEach((value, i) => {
    if (!Number.isFinite(value)) {
      throw new Error(
        `${name}: ${i === 0 ? 'loss' : `derivative by ${by[i - 1]!}`} is ${value} in double precision at ${said}`,
      );
    }
  });
  const stops = run(stopped, values);
  const fixed = Object.fromEntries(stoppedNames.map((part, i) => [part, stops[i]!]));
  const slack = wanted.map(() => 0);
  by.forEach((input, i) => {
    const x = values[input]!;
    const size = Math.max(1, Math.abs(x));
    const moved = (h: number): Entry['values'] => ({ ...values, [input]: x + h });

    const h = STEP * size;
    const [before, here, after] = [-h, 0, h].map((d) => run(moving, { ...moved(d), ...fixed })[0]!) as [
      number,
      number,
      number,
    ];
    const difference = (after - before) / (2 * h);
    // At a kink the sides differ, and so far may the difference between them be off; beyond the domain it is NaN.
    const doubt = Math.abs(after - 2 * here + before) / h;
    const slope = wanted[i + 1]!;
    if (Math.abs(slope - difference) > doubt + tolerance(difference, near)) {
      throw new Error(
        `${name}: derivative by ${input} is ${slope}, but central differences of the loss are ${difference} at ${said}`,
      );
    }

    for (const d of [-ROUNDING * size, ROUNDING * size]) {
      run(whole, moved(d)).forEach((value, o) => {
        const change = Math.abs(value - wanted[o]!);
        slack[o] = Math.max(slack[o]!, Number.isNaN(change) ? Infinity : change);
      });
    }
  });
  return { wanted, slack, said };
}

/** Half the width of a central difference, times max(1, |x|). */
const STEP = 1e-5;

/** What a few roundings of float32 may move an input by, times max(1, |x|). */
const ROUNDING = 2e-6;

async function demandBackend(
  name: string,
  formula: EntryFormula,
  grid: FormulaGrid,
  entries: readonly Judged[],
  near: Nearness,
): Promise<void> {
  const { by, inputs } = formula;
  const [n, columns] = grid.shape;
  const where = `on ${getBackend()}`;
  const [losses, sum, gradients, gradientsOfSum] = await computed(formula, grid);
  entries.forEach((entry, i) => demandNear(`${name}: loss ${where}`, losses[i]!, [entry], 0, near));
  demandNear(`${name}: sum of losses ${where}`, sum[0]!, entries, 0, near);
  by.forEach((input, i) => {
    const places = Array.from(gradients[i]!, (): Judged[] => []);
    for (let at = 0; at < n * columns; at += 1) {
      places[placeOf(inputs[input]!, at, columns)]!.push(entries[at]!);
    }
    places.forEach((among, place) => {
      const ofInput = `gradient by ${input} ${where}`;
      demandNear(`${name}: ${ofInput}`, gradients[i]![place]!, among, i + 1, near);
      demandNear(`${name}: ${ofInput}, of the sum`, gradientsOfSum[i]![place]!, among, i + 1, near);
    });
  });
}

type Numbers = ArrayLike<number>;

/** Losses, their sum, and the gradients of both. */
async function computed(
  formula: EntryFormula,
  grid: FormulaGrid,
): Promise<[losses: Numbers, sum: Numbers, gradients: Numbers[], gradientsOfSum: Numbers[]]> {
  const [losses, sum] = tidy(() => {
    const tensors = tensorsOf(formula, grid);
    const at = formula.by.map((name) => tensors[name]!);
    const given = (moving: readonly Tensor[]): Record<string, Tensor> => ({
      ...tensors,
      ...Object.fromEntries(formula.by.map((name, i) => [name, moving[i]!])),
    });
    return [
      valueAndGrads((...moving: Tensor[]) => pointwiseLoss(formula, given(moving)))(
        at,
        ones([...grid.shape]),
      ),
      valueAndGrads((...moving: Tensor[]) => pointwiseLossSum(formula, given(moving)))(at),
    ];
  });
  return [
    await read(losses.value),
    await read(sum.value),
    await Promise.all(losses.grads.map(read)),
    await Promise.all(sum.grads.map(read)),
  ];
}

async function read(tensor: Tensor): Promise<Numbers> {
  const numbers = (await tensor.data()).slice();
  tensor.dispose();
  return numbers;
}

/** A number of a backend against the sum of what entries give in double precision. */
function demandNear(
  said: string,
  got: number,
  entries: readonly Judged[],
  output: number,
  near: Nearness,
): void {
  const wanted = entries.reduce((sum, entry) => sum + entry.wanted[output]!, 0);
  const allowed = entries.reduce(
    (sum, entry) => sum + entry.slack[output]! + tolerance(entry.wanted[output]!, near),
    near.absolute,
  );
  if (Number.isFinite(got) && Math.abs(got - wanted) <= allowed) return;
  const at = entries.length === 1 ? ` at ${entries[0]!.said}` : `, over ${entries.length} entries`;
  throw new Error(`${said} is ${got}, but ${wanted} in double precision${at}`);
}

function tolerance(value: number, { relative, absolute }: Nearness): number {
  return absolute + relative * Math.abs(value);
}
