import type { Instruction } from '@equipoise/core';
import { describe, expect, it } from 'vitest';
import { runCompiled } from './support/run-compiled.ts';
import { TARGETS } from './support/targets.ts';

/** With these, no result needs rounding. */
const [A, B, C] = [3, 5, 7];

const FORMS: Readonly<Record<string, { lines: readonly Instruction[]; wanted: number }>> = {
  'a·b + c': {
    lines: [
      { op: 'mul', args: [0, 1] },
      { op: 'add', args: [3, 2] },
    ],
    wanted: A * B + C,
  },
  'c + a·b': {
    lines: [
      { op: 'mul', args: [0, 1] },
      { op: 'add', args: [2, 3] },
    ],
    wanted: C + A * B,
  },
  'a·b − c': {
    lines: [
      { op: 'mul', args: [0, 1] },
      { op: 'sub', args: [3, 2] },
    ],
    wanted: A * B - C,
  },
  'c − a·b': {
    lines: [
      { op: 'mul', args: [0, 1] },
      { op: 'sub', args: [2, 3] },
    ],
    wanted: C - A * B,
  },
  'a·b − a·b': {
    lines: [
      { op: 'mul', args: [0, 1] },
      { op: 'sub', args: [3, 3] },
    ],
    wanted: 0,
  },
  'a·b + b·c': {
    lines: [
      { op: 'mul', args: [0, 1] },
      { op: 'mul', args: [1, 2] },
      { op: 'add', args: [3, 4] },
    ],
    wanted: A * B + B * C,
  },
};

describe.each(TARGETS)('a product becomes part of a sum: %s', (target) => {
  it.each(Object.entries(FORMS))('%s', (_, { lines, wanted }) => {
    const names = ['a', 'b', 'c'] as const;
    const program = {
      instructions: [...names.map((name): Instruction => ({ op: 'input', name })), ...lines],
      outputs: [2 + lines.length],
    };
    const columns = 5;
    const inputs = Object.fromEntries(
      names.map((name, i) => [
        name,
        { binding: 'entry', values: new Float32Array(columns).fill([A, B, C][i]!) } as const,
      ]),
    );
    const { outputs } = runCompiled(program, { rows: 1, columns, inputs }, { target, walk: 'rows' });
    expect(Array.from(outputs[0]!)).toEqual(Array.from({ length: columns }, () => wanted));
  });
});
