import type { Instruction, PointwiseAttributes, Program, UnaryOp } from '@equipoise/core';
import { pointwiseMap } from '@equipoise/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { inDouble } from '../support/in-double.ts';
import { withWebgpu } from '../support/with-webgpu.ts';

const x: Instruction = { op: 'input', name: 'x' };
const unary = (op: UnaryOp): Program => ({ instructions: [x, { op, args: [0] }], outputs: [1] });

async function evaluated(program: Program, numbers: readonly number[]): Promise<Float32Array> {
  const attributes: PointwiseAttributes = { program, shape: [numbers.length, 1], bindings: { x: 'entry' } };
  const [y] = pointwiseMap({ x: tf.tensor2d([...numbers], [numbers.length, 1]) }, attributes);
  return (await y!.data()) as Float32Array;
}

/** The largest relative error against double arithmetic on the same float32 numbers. */
async function worst(op: UnaryOp, numbers: readonly number[]): Promise<number> {
  const program = unary(op);
  const singles = numbers.map(Math.fround);
  const shape = [singles.length, 1] as const;
  const [wanted] = inDouble({ x: singles }, { program, shape, bindings: { x: 'entry' } });
  const got = await evaluated(program, singles);
  return Math.max(...wanted!.map((y, i) => Math.abs(got[i]! - y) / Math.max(Math.abs(y), 1e-37)));
}

const sweep = (from: number, to: number, steps = 2000): number[] =>
  Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
/** ±10^-30 … ±10^exponent. */
const decades = (exponent: number): number[] =>
  sweep(-30, exponent).flatMap((power) => [10 ** power, -(10 ** power)]);

withWebgpu("WGSL's functions, mended", () => {
  it.each<[UnaryOp, number[], number]>([
    ['exp', sweep(-80, 88), 1e-5],
    ['log', sweep(2, 1e6), 1e-6],
    ['log', sweep(1e-30, 0.5), 1e-6],
    ['sqrt', sweep(1e-20, 1e20), 1e-6],
    ['log1p', [...decades(-0.31), ...sweep(-0.49, 3)], 1e-6],
    ['log1p', [...sweep(-0.999, -0.5), ...decades(37).filter((y) => y > 1)], 1e-6],
    ['expm1', [...decades(-0.31), ...sweep(-20, 20)], 3e-6],
  ])('%s keeps its digits (%#)', async (op, numbers, near) => {
    expect(
      await worst(
        op,
        numbers.filter((y) => y !== 0),
      ),
    ).toBeLessThan(near);
  });

  it.each<[UnaryOp, number, number]>([
    ['exp', -1e30, 0],
    ['exp', -200, 0],
    ['expm1', -1e30, -1],
    ['log1p', 0, 0],
    ['expm1', 0, 0],
    ['exp', 0, 1],
  ])('%s(%f) is %f', async (op, argument, wanted) => {
    expect((await evaluated(unary(op), [argument]))[0]).toBe(wanted);
  });

  it.each<[UnaryOp, number, number]>([
    ['exp', 89, 1],
    ['exp', 1e30, 1],
    ['expm1', 1e30, 1],
    ['log', 0, -1],
    ['log1p', -1, -1],
  ])('%s(%f) is as large as a float, and no NaN', async (op, argument, sign) => {
    expect((await evaluated(unary(op), [argument]))[0]! * sign).toBeGreaterThan(3.4e38);
  });

  const y: Instruction = { op: 'input', name: 'y' };
  const few = [-2, -0.75, 0, 0.5, 3];
  const pairs = few.flatMap((a) => few.map((b) => [a, b] as const));

  it.each<Instruction>([
    ...(['add', 'sub', 'mul', 'min', 'max'] as const).map((op) => ({ op, args: [0, 1] as const })),
    ...(['less', 'lessEqual', 'equal'] as const).map((compare) => ({
      op: 'select' as const,
      compare,
      args: [0, 1, 2, 3] as const,
    })),
    ...(['neg', 'abs', 'floor'] as const).map((op) => ({ op, args: [0] as const })),
    { op: 'div', args: [0, 3] },
  ])('$op $compare of pairs, ties among them', async (instruction) => {
    const attributes: PointwiseAttributes = {
      program: {
        instructions: [x, y, { op: 'constant', value: 7 }, { op: 'constant', value: -8 }, instruction],
        outputs: [4],
      },
      shape: [pairs.length, 1],
      bindings: { x: 'row', y: 'entry' },
    };
    const numbers = { x: pairs.map(([a]) => a), y: pairs.map(([, b]) => b) };
    const [got] = pointwiseMap(
      { x: tf.tensor1d(numbers.x), y: tf.tensor2d(numbers.y, [pairs.length, 1]) },
      attributes,
    );
    const [wanted] = inDouble(numbers, attributes);
    // -0 is 0.
    expect(Array.from(await got!.data(), (z) => z + 0)).toEqual(wanted!.map((z) => z + 0));
  });

  it('an infinite constant is the largest float', async () => {
    const program: Program = {
      instructions: [x, { op: 'constant', value: -Infinity }, { op: 'max', args: [0, 1] }],
      outputs: [2, 1],
    };
    expect((await evaluated(program, [-5]))[0]).toBe(-5);
  });
});
