import { inDouble } from '@equipoise/testkit';
import { entryFormula, formula, type Expression } from '../../src/index.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differenceAt, smooth, smoothPoint, valueAt } from './expressions.ts';

const f = formula;
const z = f.input('z');
const y = f.input('y');

const near = (got: number, wanted: number, tolerance: number): void =>
  expect(Math.abs(got - wanted)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(wanted)));

describe('the derivative', () => {
  test('is that of central differences, for any expression', () => {
    fc.assert(
      fc.property(smooth, smoothPoint, fc.constantFrom('z', 'y'), (expression, at, name) => {
        const wanted = differenceAt(expression, at, name);
        fc.pre(Math.abs(valueAt(expression, at)) < 1e3 && Math.abs(wanted) < 1e3);
        near(valueAt(f.derivative(expression, name), at), wanted, 2e-5);
      }),
      { numRuns: 400 },
    );
  });

  test('of what has a kink is one-sided away from it, and agreed at it', () => {
    const of = (expression: Expression, at: number): number =>
      valueAt(f.derivative(expression, 'z'), { z: at });
    expect([-2, 0, 2].map((at) => of(f.abs(z), at))).toEqual([-1, 0, 1]);
    expect([-2, 0, 2].map((at) => of(f.max(z, 0), at))).toEqual([0, 0, 1]);
    expect([-2, 0, 2].map((at) => of(f.min(z, 0), at))).toEqual([1, 0, 0]);
    expect([-2, 2].map((at) => of(f.select(f.greaterEqual(z, 0), f.mul(z, z), 5), at))).toEqual([-0, 4]);
    expect(of(f.floor(z), 0.5)).toBe(0);
    expect(of(f.lookup({ table: 't' }, z), 0.5)).toBe(0);
    expect(of(f.stop(f.mul(z, z)), 3)).toBe(0);
    expect(of(f.mul(z, f.stop(z)), 3)).toBe(3);
  });

  test('a slope that is said takes the place of the derivative', () => {
    const said = f.withSlope(f.mul(z, z), z, f.mul(7, z));
    expect(valueAt(said, { z: 3 })).toBe(9);
    expect(valueAt(f.derivative(said, 'z'), { z: 3 })).toBe(21);
    expect(f.lower([said])).toEqual(f.lower([f.mul(z, z)]));
  });

  test.each([0.3, 0.5, 1, 1.5, 2, 2.5, 3, 4, 7])('of σ(z)^%d is finite and right at any logit', (γ) => {
    const power = f.power(f.sigmoid(z), γ);
    for (const at of [-120, -40, -1, 0, 1, 40, 120]) {
      const [σ, rest] = [1 / (1 + Math.exp(-at)), 1 / (1 + Math.exp(at))];
      const wanted = γ * σ ** γ * rest;
      expect(Math.abs(valueAt(f.derivative(power, 'z'), { z: at }) - wanted)).toBeLessThanOrEqual(
        1e-12 * wanted,
      );
    }
  });

  test('of a power of a base that vanishes is finite', () => {
    const slope = f.derivative(f.power(z, 0.5), 'z');
    expect(Number.isFinite(valueAt(slope, { z: 0 }))).toBe(true);
    expect(valueAt(slope, { z: 4 })).toBeCloseTo(0.25);
  });
});

describe('simplification', () => {
  test('of constants and neutral elements', () => {
    expect(f.add(2, 3)).toEqual(f.constant(5));
    expect(f.mul(z, 1)).toBe(z);
    expect(f.mul(0, z)).toEqual(f.constant(0));
    expect(f.mul(-1, f.neg(z))).toBe(z);
    expect(f.sub(z, 0)).toBe(z);
    expect(f.div(z, 1)).toBe(z);
    expect(f.power(z, 0)).toEqual(f.constant(1));
    expect(f.power(z, 1)).toBe(z);
    expect(f.select(f.less(1, 2), z, y)).toBe(z);
    expect(f.select(f.less(z, 2), y, y)).toBe(y);
    expect(f.abs(f.neg(z))).toEqual(f.abs(z));
    expect(f.abs(f.select(f.equal(y, 1), f.neg(z), z))).toEqual(f.abs(z));
  });

  test('takes common factors out, and adds choices up', () => {
    expect(f.add(f.mul(z, y), f.mul(z, 3))).toEqual(f.mul(z, f.add(y, 3)));
    const condition = f.less(y, 0);
    expect(f.add(f.select(condition, z, 0), f.select(condition, 0, y))).toEqual(f.select(condition, z, y));
    expect(f.add(f.select(condition, z, 0), f.select(f.less(y, 1), 0, y)).op).toBe('add');
  });

  test('keeps the value: that of the same expression with inputs in place of constants', () => {
    const constants = fc.array(fc.constantFrom(-1, 0, 1, 2), { minLength: 3, maxLength: 3 });
    const build = fc.constantFrom(
      (a: Expression, b: Expression, c: Expression) => f.add(f.mul(a, z), f.mul(b, f.mul(z, c))),
      (a: Expression, b: Expression, c: Expression) => f.sub(f.mul(a, f.neg(z)), f.mul(z, f.sub(b, c))),
      (a: Expression, b: Expression, c: Expression) =>
        f.neg(f.sub(f.mul(a, z), f.neg(f.add(b, f.mul(c, y))))),
      (a: Expression, b: Expression, c: Expression) =>
        f.neg(f.add(f.select(f.less(a, b), z, c), f.select(f.less(a, b), 0, f.abs(f.neg(y))))),
      (a: Expression, b: Expression, c: Expression) => f.max(f.min(f.div(a, f.add(c, 3)), b), f.mul(a, y)),
    );
    fc.assert(
      fc.property(constants, build, smoothPoint, (numbers, of, at) => {
        const [a, b, c] = numbers.map((value) => f.constant(value));
        const names = { a: numbers[0]!, b: numbers[1]!, c: numbers[2]! };
        const plain = of(f.input('a'), f.input('b'), f.input('c'));
        near(valueAt(of(a!, b!, c!), at), valueAt(plain, { ...at, ...names }), 1e-12);
      }),
    );
  });
});

describe('lowering', () => {
  const count = (program: ReturnType<typeof f.lower>, op: string): number =>
    program.instructions.filter((instruction) => instruction.op === op).length;

  test('focal loss with its derivative takes one exponential, one logarithm and one division', () => {
    const { miss, crossEntropy, byTarget } = f.labelTerms(z, f.input('label'));
    const loss = f.mul(f.mul(byTarget(0.25, 0.75), f.power(miss, 2)), crossEntropy);
    const program = f.lower([loss, f.derivative(loss, 'z')]);
    expect(['exp', 'log1p', 'div', 'log'].map((op) => count(program, op))).toEqual([1, 1, 1, 0]);
    expect(program.instructions.length).toBeLessThanOrEqual(33);
  });

  test('σ and softplus of both signs share e^−|z|; sums and products do not mind the order', () => {
    const program = f.lower([f.sigmoid(z), f.sigmoid(f.neg(z)), f.softplus(z), f.softplus(f.neg(z))]);
    expect(count(program, 'exp')).toBe(1);
    expect(f.lower([f.add(z, y), f.add(y, z), f.mul(y, z), f.mul(z, y)]).instructions).toHaveLength(4);
    expect(f.lower([f.sub(z, y), f.sub(y, z)]).instructions).toHaveLength(4);
  });

  test('operands come before what uses them', () => {
    fc.assert(
      fc.property(smooth, (expression) => {
        const { instructions, outputs } = f.lower([expression, f.derivative(expression, 'z')]);
        instructions.forEach((instruction, i) => {
          const args: readonly number[] = 'args' in instruction ? instruction.args : [];
          expect(args.every((arg) => arg < i)).toBe(true);
        });
        for (const output of outputs) expect(output).toBeLessThan(instructions.length);
      }),
    );
  });

  test.each([-120, -30, -1, 0, 1, 30, 120])('σ and softplus are exact at %d', (at) => {
    const softplus = Math.max(at, 0) + Math.log1p(Math.exp(-Math.abs(at)));
    const [σ, mirrored, soft] = inDouble(f.lower([f.sigmoid(z), f.sigmoid(f.neg(z)), f.softplus(z)]), {
      z: at,
    });
    const wanted = [1 / (1 + Math.exp(-at)), 1 / (1 + Math.exp(at)), softplus];
    [σ, mirrored, soft].forEach((got, i) => {
      expect(Math.abs(got! / wanted[i]! - 1)).toBeLessThanOrEqual(1e-12);
    });
  });
});

describe('an entry formula', () => {
  test('reads at least one entry, and is differentiated by an input that is no table', () => {
    const loss = (): Expression => f.constant(1);
    expect(() => entryFormula({ inputs: { label: 'row' }, loss })).toThrow('at least one that is an entry');
    const inputs = { x: 'entry', t: 'table' } as const;
    expect(() => entryFormula({ inputs, by: ['t'], loss })).toThrow("expected some of x, got 't'");
    expect(() => entryFormula({ inputs, by: [], loss })).toThrow('at least one input');
    expect(entryFormula({ inputs, loss }).by).toEqual(['x']);
  });
});
