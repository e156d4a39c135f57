import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rangesOf } from '../../src/formula/compiler/ranges.ts';
import { interpret } from './support/interpreter.ts';
import { gridOf, programs } from './support/programs.ts';

it('every value lies in the range that is said of it', () => {
  fc.assert(
    fc.property(programs, fc.integer(), (program, seed) => {
      const ranges = rangesOf(program);
      const all = { ...program, outputs: program.instructions.map((_, i) => i) };
      interpret(all, gridOf(3, 4, seed)).forEach((values, i) => {
        const { low, high } = ranges[i]!;
        const outside = values.filter(({ value }) => {
          const slack = Math.abs(value) * 1e-6;
          return value + slack < low || value - slack > high;
        });
        expect(outside).toEqual([]);
      });
    }),
    { numRuns: 300 },
  );
});

it('knows that e^−|x| is a probability, and what follows', () => {
  const ranges = rangesOf({
    instructions: [
      { op: 'input', name: 'x' },
      { op: 'abs', args: [0] },
      { op: 'neg', args: [1] },
      { op: 'exp', args: [2] },
      { op: 'constant', value: 1 },
      { op: 'sub', args: [4, 3] },
      { op: 'sub', args: [3, 5] },
      { op: 'mul', args: [6, 6] },
      { op: 'div', args: [6, 6] },
    ],
    outputs: [8],
  });
  expect(ranges[3]).toEqual({ low: 0, high: 1 });
  expect(ranges[5]).toEqual({ low: 0, high: 1 });
  expect(ranges[6]).toEqual({ low: -1, high: 1 });
  expect(ranges[7]).toEqual({ low: -1, high: 1 });
  expect(ranges[8]).toEqual({ low: -Infinity, high: Infinity });
});
