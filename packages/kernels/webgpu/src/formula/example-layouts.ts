import type { Instruction } from '@equipoise/core';
import type { Layout, SizedLayout } from './layout.ts';

/** Every operation of a program, each way of binding, both types: what the shaders of formulas are compiled for in tests. */
const instructions: readonly Instruction[] = [
  { op: 'input', name: 'entry' },
  { op: 'input', name: 'row' },
  { op: 'input', name: 'column' },
  { op: 'input', name: 'scalar' },
  { op: 'column' },
  { op: 'constant', value: -Infinity },
  { op: 'constant', value: 1e-40 },
  { op: 'lookup', table: 'table', args: [1] },
  ...(['neg', 'abs', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'floor'] as const).map((op, i): Instruction => ({
    op,
    args: [i],
  })),
  ...(['add', 'sub', 'mul', 'div', 'min', 'max'] as const).map((op, i): Instruction => ({
    op,
    args: [i, i + 8],
  })),
  ...(['less', 'lessEqual', 'equal'] as const).map((compare, i): Instruction => ({
    op: 'select',
    compare,
    args: [i, i + 1, i + 14, i + 18],
  })),
];

const everything: Layout = {
  program: { instructions, outputs: [22, 23, 24] },
  fields: [
    { name: 'entry', binding: 'entry', type: 'f32' },
    { name: 'row', binding: 'row', type: 'i32' },
    { name: 'column', binding: 'column', type: 'f32' },
    { name: 'scalar', binding: 'scalar', type: 'f32' },
    { name: 'table', binding: 'table', type: 'i32' },
  ],
};

const constant: Layout = {
  program: { instructions: [{ op: 'constant', value: 0.5 }], outputs: [0] },
  fields: [],
};

/** Layouts for the sizes of workgroup in use. */
export const exampleLayouts: readonly SizedLayout[] = [
  { layout: constant, size: 64 },
  { layout: everything, size: 64 },
  { layout: everything, size: 256 },
];
