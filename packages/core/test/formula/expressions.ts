import { inDouble } from '@equipoise/testkit';
import { formula, type Expression } from '../../src/index.ts';
import fc from 'fast-check';

const f = formula;

/** Values of inputs by name. */
export type Values = Readonly<Record<string, number>>;

/** The value of an expression in double precision. */
export function valueAt(expression: Expression, values: Values, column = 0): number {
  return inDouble(f.lower([expression]), values, column)[0]!;
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
