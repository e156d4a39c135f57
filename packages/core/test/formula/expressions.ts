import { formula, type Expression, type Program } from '../../src/index.ts';
import fc from 'fast-check';

const f = formula;

/** Values of inputs by name. */
export type Values = Readonly<Record<string, number>>;

/** A program in double precision: the plain loop that every other evaluation is compared with. */
export function run(program: Program, values: Values, column = 0, tables: Record<string, number[]> = {}) {
  const results: number[] = [];
  for (const instruction of program.instructions) {
    const of = (i: number): number =>
      'args' in instruction ? results[(instruction.args as readonly number[])[i]!]! : Number.NaN;
    results.push(valueOf());
    function valueOf(): number {
      switch (instruction.op) {
        case 'constant':
          return instruction.value;
        case 'input':
          return values[instruction.name]!;
        case 'column':
          return column;
        case 'neg':
          return -of(0);
        case 'abs':
        case 'exp':
        case 'expm1':
        case 'log':
        case 'log1p':
        case 'sqrt':
        case 'floor':
          return Math[instruction.op](of(0));
        case 'add':
          return of(0) + of(1);
        case 'sub':
          return of(0) - of(1);
        case 'mul':
          return of(0) * of(1);
        case 'div':
          return of(0) / of(1);
        case 'min':
        case 'max':
          return Math[instruction.op](of(0), of(1));
        case 'select': {
          const holds = { less: of(0) < of(1), lessEqual: of(0) <= of(1), equal: of(0) === of(1) };
          return holds[instruction.compare] ? of(2) : of(3);
        }
        case 'lookup': {
          const table = tables[instruction.table]!;
          return table[Math.min(table.length - 1, Math.max(0, Math.floor(of(0))))]!;
        }
      }
    }
  }
  return program.outputs.map((output) => results[output]!);
}

/** The value of an expression in double precision. */
export function valueAt(expression: Expression, values: Values, column = 0): number {
  return run(f.lower([expression]), values, column)[0]!;
}

/** (f(x + h) − f(x − h)) / 2h in one input. */
export function differenceAt(expression: Expression, values: Values, name: string, h = 1e-6): number {
  const at = (by: number): number => valueAt(expression, { ...values, [name]: values[name]! + by });
  return (at(h) - at(-h)) / (2 * h);
}

/** Expressions of `z` and `y` that are smooth, and stay small, wherever z and y are in ±3. */
export const smooth: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => {
  const [a, b] = [tie('node'), tie('node')];
  const positive = a.map((x) => f.add(f.sigmoid(x), 0.1));
  return {
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(f.input('z'), f.input('y'), f.neg(f.input('z'))),
      fc.double({ min: -2, max: 2, noNaN: true }).map((value) => f.constant(value)),
      fc.tuple(a, b).map(([x, y]) => f.add(x, y)),
      fc.tuple(a, b).map(([x, y]) => f.sub(x, y)),
      fc.tuple(a, b).map(([x, y]) => f.mul(f.sigmoid(x), y)),
      fc.tuple(a, positive).map(([x, y]) => f.div(x, y)),
      a.map((x) => f.neg(x)),
      a.map((x) => f.sigmoid(x)),
      a.map((x) => f.softplus(x)),
      a.map((x) => f.exp(f.neg(f.sigmoid(x)))),
      a.map((x) => f.expm1(f.sigmoid(x))),
      positive.map((x) => f.log(x)),
      positive.map((x) => f.log1p(x)),
      positive.map((x) => f.sqrt(x)),
      fc.tuple(positive, fc.constantFrom(-1, 0, 0.5, 1, 1.5, 2, 2.7, 3, 4, 5)).map(([x, γ]) => f.power(x, γ)),
      fc.tuple(a, fc.constantFrom(0, 0.5, 1, 2, 2.7, 3, 4, 5)).map(([x, γ]) => f.power(f.sigmoid(x), γ)),
      fc.tuple(a, b).map(([x, y]) => f.select(f.less(f.input('y'), 0.123), x, y)),
      fc.tuple(a, b).map(([x, y]) => f.add(x, f.stop(f.mul(0, y)))),
    ),
  };
}).node;

/** Values of z and y at which no kink is near. */
export const smoothPoint: fc.Arbitrary<{ z: number; y: number }> = fc.record({
  z: fc.double({ min: -3, max: 3, noNaN: true }),
  y: fc.double({ min: -3, max: 3, noNaN: true }).filter((y) => Math.abs(y - 0.123) > 1e-3),
});
