import type { Instruction } from '@equipoise/core';
import { describe, expect, it } from 'vitest';
import { runCompiled } from './support/run-compiled.ts';
import { TARGETS } from './support/targets.ts';

const SPECIAL = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  Number.NaN,
  2 ** -149,
  -(2 ** -149),
  1e-39,
  -1e-39,
  2 ** -126,
  3.4028235e38,
  -3.4028235e38,
  88.7,
  88.72,
  88.73,
  89,
  1e5,
  -87.3,
  -87.4,
  -103.9,
  -104,
  -104.1,
  44,
  44.4,
  -43,
  -0.99999994,
  -17.4,
  -18,
];

/** Wide and narrow, of both signs, bit patterns of all exponents. */
function samples(): Float32Array {
  const random = lehmer();
  const bits = Float32Array.from({ length: 12_000 }, () => ofBits(Math.floor(random() * 2 ** 32)));
  const wide = Float32Array.from({ length: 12_000 }, () => random() * 220 - 110);
  const narrow = Float32Array.from({ length: 12_000 }, () => random() * 4 - 2);
  return Float32Array.from([...SPECIAL, ...bits, ...wide, ...narrow]);
}

const X: Instruction = { op: 'input', name: 'x' };
const ABS: Instruction = { op: 'abs', args: [0] };
const NEG: Instruction = { op: 'neg', args: [1] };
/** What the compiler knows of an argument, and where it uses it. */
const ARGUMENTS: Readonly<Record<string, { before: readonly Instruction[]; of: (x: number) => number }>> = {
  any: { before: [X], of: (x) => x },
  'not negative': { before: [X, ABS], of: Math.abs },
  'not positive': { before: [X, ABS, NEG], of: (x) => -Math.abs(x) },
  'in [0, 1]': {
    before: [X, ABS, { op: 'constant', value: 1 }, { op: 'min', args: [1, 2] }],
    of: (x) => Math.min(Math.abs(x), 1),
  },
  'in [-½, 0]': {
    before: [X, ABS, { op: 'constant', value: 0.5 }, { op: 'min', args: [1, 2] }, { op: 'neg', args: [3] }],
    of: (x) => -Math.min(Math.abs(x), 0.5),
  },
  'in [1, 2]': {
    before: [X, ABS, { op: 'constant', value: 1 }, { op: 'min', args: [1, 2] }, { op: 'add', args: [3, 2] }],
    of: (x) => Math.fround(Math.min(Math.abs(x), 1) + 1),
  },
};

/** The greatest errors allowed, in units of the last place of the result. Subnormal results may lose their last two bits. */
const ULPS = { exp: 1.3, expm1: 1.6, log: 1, log1p: 2.01, sqrt: 0.51, floor: 0, abs: 0, neg: 0 } as const;

describe.each(TARGETS)('%s', (target) => {
  describe.each(Object.entries(ULPS))('%s is off by at most %f ulp', (op, allowed) => {
    const of = op === 'neg' ? (x: number) => -x : Math[op as 'exp'];
    it.each(Object.entries(ARGUMENTS))('of an argument that is %s', (_, { before, of: argument }) => {
      const values = samples();
      const program = {
        instructions: [...before, { op, args: [before.length - 1] } as Instruction],
        outputs: [before.length],
      };
      const grid = { rows: 1, columns: values.length, inputs: { x: { binding: 'entry', values } } } as const;
      const [got] = runCompiled(program, grid, { target, walk: 'rows' }).outputs;
      const wrong: string[] = [];
      let worst = { ulps: 0, at: 0 };
      values.forEach((x, i) => {
        const wanted = of(argument(x));
        if (!Number.isFinite(Math.fround(wanted)) || !Number.isFinite(got![i]!)) {
          if (!Object.is(got![i], Math.fround(wanted))) wrong.push(`${got![i]} of ${x}`);
          return;
        }
        const ulps = Math.abs(got![i]! - wanted) / ulpOf(wanted);
        if (ulps > worst.ulps) worst = { ulps, at: x };
      });
      expect(wrong).toEqual([]);
      expect(worst.ulps, `at ${worst.at}`).toBeLessThanOrEqual(allowed);
    });
  });

  it('compares NaN to false, and looks the first element up for it', () => {
    const program = {
      instructions: [
        X,
        { op: 'constant', value: 1 },
        { op: 'constant', value: 2 },
        { op: 'select', compare: 'less', args: [0, 1, 1, 2] },
        { op: 'select', compare: 'lessEqual', args: [0, 0, 1, 2] },
        { op: 'select', compare: 'equal', args: [0, 0, 1, 2] },
        { op: 'lookup', table: 't', args: [0] },
      ],
      outputs: [3, 4, 5, 6],
    } as const;
    const values = Float32Array.of(Number.NaN, -Infinity, Infinity, 0.5, -0, 1.99, 2, 1e20);
    const inputs = {
      x: { binding: 'entry', values },
      t: { binding: 'table', values: Float32Array.of(10, 11, 12) },
    } as const;
    const { outputs } = runCompiled(program, { rows: 1, columns: 8, inputs }, { target, walk: 'rows' });
    expect(outputs.map((output) => Array.from(output))).toEqual([
      [2, 1, 2, 1, 1, 2, 2, 2],
      [2, 1, 1, 1, 1, 1, 1, 1],
      [2, 1, 1, 1, 1, 1, 1, 1],
      [10, 10, 12, 10, 10, 11, 12, 12],
    ]);
  });
});

function ulpOf(value: number): number {
  const magnitude = Math.max(Math.abs(value), 2 ** -126);
  return 2 ** (Math.floor(Math.log2(magnitude)) - 23);
}

function ofBits(bits: number): number {
  return new Float32Array(new Uint32Array([bits]).buffer)[0]!;
}

function lehmer(): () => number {
  let state = 20_26;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
