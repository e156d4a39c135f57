import { agrees, inDouble } from '@equipoise/testkit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  columnHits,
  entryFormula,
  formula,
  lookUp,
  pointwiseCounts,
  pointwiseHistogram,
  pointwiseLoss,
  pointwiseLossSum,
  pointwiseMap,
  pointwiseSum,
  type Expression,
  type PointwiseAttributes,
} from '../../src/index.ts';
import { onEachBackend } from '../boxes/support.ts';
import { smooth } from './expressions.ts';

const f = formula;
const TABLE = [0.5, -1, 2, 7];
const BINDINGS = { z: 'entry', y: 'row', c: 'column', s: 'scalar', t: 'table' } as const;

interface Drawn {
  readonly shape: readonly [number, number];
  readonly pool: readonly number[];
  readonly expression: Expression;
}

/** Expressions that mix what lies over the grid in every way. */
const mixed: fc.Arbitrary<Expression> = smooth.chain((x) =>
  fc.constantFrom(
    x,
    f.mul(x, f.add(f.input('c'), f.input('s'))),
    f.select(f.equal(f.columnIndex(), f.floor(f.input('y'))), f.neg(x), x),
    f.select(f.less(f.input('c'), f.input('s')), 3, f.max(x, f.input('s'))),
    f.add(f.lookup({ table: 't' }, f.mul(2, f.input('z'))), x),
    f.mul(f.lookup({ table: 't' }, f.input('y')), f.min(f.columnIndex(), 1.5)),
    f.input('c'),
    f.constant(4),
    f.input('z'),
  ),
);

const drawn: fc.Arbitrary<Drawn> = fc.record({
  shape: fc
    .constantFrom([0, 3], [1, 1], [3, 1], [1, 4], [5, 3], [2, 0], [7, 9])
    .map(([n, c]) => [n, c] as const),
  pool: fc.array(fc.double({ min: -3, max: 3, noNaN: true }).map(Math.fround), {
    minLength: 5,
    maxLength: 40,
  }),
  expression: mixed,
});

function numbersOf({ shape: [n, columns], pool }: Drawn) {
  const take = (count: number, from: number): number[] =>
    Array.from({ length: count }, (_, i) => pool[(i + from) % pool.length]!);
  return { z: take(n * columns, 0), y: take(n, 1), c: take(columns, 2), s: pool[3]! };
}

function build(given: Drawn, outputs: readonly Expression[]): [tf.NamedTensorMap, PointwiseAttributes] {
  const { z, y, c, s } = numbersOf(given);
  const inputs = {
    z: tf.tensor2d(z, [...given.shape], 'float32'),
    y: tf.tensor1d(y, 'float32'),
    c: tf.tensor1d(c, 'float32'),
    s: tf.scalar(s),
    t: tf.tensor1d(TABLE),
  };
  return [inputs, { program: f.lower(outputs), shape: given.shape, bindings: BINDINGS }];
}

/** Each output in double precision, entry by entry. */
function oracle(given: Drawn, outputs: readonly Expression[]): number[][] {
  const { z, y, c, s } = numbersOf(given);
  const [n, columns] = given.shape;
  const program = f.lower(outputs);
  const rows = Array.from({ length: n * columns }, (_, at) => {
    const [i, k] = [Math.floor(at / columns), at % columns];
    return inDouble(program, { z: z[at]!, y: y[i]!, c: c[k]!, s }, k, { t: TABLE });
  });
  return outputs.map((_, o) => rows.map((row) => row[o]!));
}

const close = (got: ArrayLike<number>, wanted: readonly number[]): void => {
  expect(got.length).toBe(wanted.length);
  wanted.forEach((value, i) =>
    expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(2e-4 * Math.max(1, Math.abs(value))),
  );
};

/** Kinks and steps, where float32 and double may choose differently. */
const isStep = ({ expression }: Drawn): boolean => JSON.stringify(expression).includes('"lookup"');
const tame = (values: readonly number[]): boolean => values.every((value) => Math.abs(value) < 1e4);

onEachBackend(() => {
  test('the map is the plain loop in double precision', () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const outputs = [given.expression, f.derivative(given.expression, 'z'), given.expression];
        const wanted = oracle(given, outputs);
        fc.pre(tame(wanted.flat()) && !isStep(given));
        tf.tidy(() => {
          const before = tf.memory().numTensors;
          const [inputs, attributes] = build(given, outputs);
          const got = pointwiseMap(inputs, attributes);
          expect(tf.memory().numTensors - before).toBe(5 + 3);
          got.forEach((tensor, o) => {
            expect(tensor.shape).toEqual([...given.shape]);
            expect(tensor.dtype).toBe('float32');
            close(tensor.dataSync(), wanted[o]!);
          });
        });
      }),
      { numRuns: 80 },
    );
  });

  test('the sum is that of the values, and passes the rest on', () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const outputs = [given.expression, f.derivative(given.expression, 'z')];
        const [values, slopes] = oracle(given, outputs);
        fc.pre(tame([...values!, ...slopes!]) && !isStep(given));
        tf.tidy(() => {
          const [sum, slope] = pointwiseSum(...build(given, outputs));
          expect(sum.shape).toEqual([]);
          const scale = values!.reduce((total, value) => total + Math.abs(value), 1);
          const wanted = values!.reduce((total, value) => total + value, 0);
          expect(Math.abs(sum.dataSync()[0]! - wanted)).toBeLessThanOrEqual(2e-4 * scale);
          close(slope!.dataSync(), slopes!);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('ten million entries keep six digits', () => {
    tf.tidy(() => {
      const inputs = { z: tf.fill<tf.Rank.R2>([125_001, 80], 0.1) };
      const attributes = {
        program: f.lower([f.input('z')]),
        shape: [125_001, 80],
        bindings: { z: 'entry' },
      } as const;
      const wanted = 125_001 * 80 * Math.fround(0.1);
      const got = pointwiseSum(inputs, attributes)[0].dataSync()[0]!;
      expect(Math.abs(got / wanted - 1)).toBeLessThanOrEqual(2e-6);
    });
  });

  test('the histogram counts what lies in a bin, and nothing else', () => {
    const bins = [0, 0.99, 1, 2.5, -0.01, -7, 3, 1e9, Number.NaN, Infinity, -Infinity, 2.999];
    const attributes = {
      program: f.lower([f.input('z')]),
      shape: [4, 3],
      bindings: { z: 'entry' },
      bins: 3,
    } as const;
    for (const implementation of [pointwiseHistogram.composed, pointwiseHistogram.host!]) {
      tf.tidy(() => {
        const counts = implementation({ z: tf.tensor2d(bins, [4, 3]) }, attributes);
        expect([counts.dtype, ...counts.dataSync()]).toEqual(['int32', 2, 1, 2]);
        const none = implementation({ z: tf.zeros([0, 3]) }, { ...attributes, shape: [0, 3] });
        expect([...none.dataSync()]).toEqual([0, 0, 0]);
      });
    }
  });

  test('host and composed of all operations, and kernels where there are any', async () => {
    const near = { relative: 1e-4, absolute: 1e-4 };
    const runs = { numRuns: 30 };
    const of = (given: Drawn) => build(given, [given.expression]);
    await fc.assert(agrees(pointwiseMap, drawn, of, near), runs);
    await fc.assert(agrees(pointwiseSum, drawn, of, near), runs);
    await fc.assert(
      agrees(pointwiseHistogram, drawn, (given) => {
        const [inputs, attributes] = build(given, [given.expression]);
        return [inputs, { ...attributes, bins: 4 }];
      }),
      runs,
    );
    const numbers = fc.array(fc.constantFrom(-2, -0.5, 0, 0.5, 1, 1.5, 2, 3, 40, Number.NaN), {
      minLength: 1,
    });
    await fc.assert(
      agrees(lookUp, numbers, (places) => [{ table: tf.tensor1d(TABLE), places: tf.tensor1d(places) }, {}]),
      runs,
    );
    await fc.assert(
      agrees(columnHits, numbers, (ids) => [{ ids: tf.tensor1d(ids) }, { columns: 3 }]),
      runs,
    );
  });

  const terms = entryFormula({
    inputs: { logits: 'entry', labels: 'row' },
    loss({ logits, labels }) {
      const { miss, crossEntropy } = f.labelTerms(logits, labels);
      return f.mul(f.power(miss, 1.7), crossEntropy);
    },
  });

  test('a loss and its gradient are finite and right at any logit', () => {
    // tfjs-backend-wasm 4.22 takes the logarithm of a rounded 1 + x.
    const least = tf.getBackend() === 'wasm' ? 1e-15 : 1e-37;
    const at = [-120, -80, -20, -1, 0, 1, 20, 80, 120];
    tf.tidy(() => {
      const logits = tf.tensor2d([...at, ...at], [2 * at.length, 1]);
      const labels = tf.tensor1d([...at.map(() => 0), ...at.map(() => 1)], 'int32');
      const { value, grad } = tf.valueAndGrad((z) => tf.sum(pointwiseLoss(terms, { logits: z, labels })))(
        logits,
      );
      const [gradient, total] = [grad.dataSync(), value.dataSync()[0]!];
      const of = (z: number, label: number): [number, number] => {
        const u = label === 0 ? -z : z;
        const [σ, softplus] = [1 / (1 + Math.exp(-u)), Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)))];
        const slope = 1.7 * σ ** 1.7 * (1 / (1 + Math.exp(u))) * softplus + σ ** 2.7;
        return [σ ** 1.7 * softplus, label === 0 ? -slope : slope];
      };
      const wanted = [...at.map((z) => of(z, 0)), ...at.map((z) => of(z, 1))];
      wanted.forEach(([, slope], i) =>
        expect(Math.abs(gradient[i]! - slope)).toBeLessThanOrEqual(1e-5 * Math.abs(slope) + least),
      );
      const sum = wanted.reduce((all, [loss]) => all + loss, 0);
      expect(Math.abs(total - sum)).toBeLessThanOrEqual(1e-5 * sum);
    });
  });

  test('the sum reaches logits, weights of both shapes and the normalizer; ignored rows get nothing', () => {
    const labels = tf.tensor1d([0, 2, 1], 'int32');
    const logits = tf.tensor2d([
      [1, -2],
      [0.5, 3],
      [-1, 0],
    ]);
    const losses = (z: tf.Tensor): tf.Tensor => pointwiseLoss(terms, { logits: z, labels });
    for (const weight of [
      tf.tensor1d([1, 0, 3]),
      tf.tensor2d([
        [1, 2],
        [0, 0],
        [3, 0.5],
      ]),
    ]) {
      const plain = (z: tf.Tensor, w: tf.Tensor, n: tf.Tensor): tf.Tensor =>
        tf.div(tf.sum(tf.mul(losses(z), w.rank === 1 ? tf.expandDims(w, 1) : w)), n);
      const fused = (z: tf.Tensor, w: tf.Tensor, n: tf.Tensor): tf.Tensor =>
        tf.mul(pointwiseLossSum(terms, { logits: z, labels }, { weight: w, normalizer: n as tf.Scalar }), 1);
      const at = [logits, weight, tf.scalar(4)];
      const [wanted, got] = [tf.valueAndGrads(plain)(at), tf.valueAndGrads(fused)(at)];
      close(got.value.dataSync(), [...wanted.value.dataSync()]);
      got.grads.forEach((gradient, i) => {
        expect(gradient.shape).toEqual(at[i]!.shape);
        close(gradient.dataSync(), [...wanted.grads[i]!.dataSync()]);
      });
      expect([...got.grads[0]!.dataSync()].slice(2, 4)).toEqual([0, 0]);
    }
    const scaled = tf.grad((z) => tf.mul(pointwiseLossSum(terms, { logits: z, labels }), 3))(logits);
    const once = tf.grad((z) => pointwiseLossSum(terms, { logits: z, labels }))(logits);
    close(scaled.dataSync(), [...tf.mul(once, 3).dataSync()]);
  });

  test('a gradient by rows, columns and numbers is summed over the entries that read them', () => {
    const parts = entryFormula({
      inputs: { x: 'entry', r: 'row', c: 'column', s: 'scalar' },
      by: ['r', 'c', 's'],
      loss: ({ x, r, c, s }) => f.mul(f.mul(x, r), f.add(c, s)),
    });
    const x = tf.tensor2d([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const at = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4, 5]), tf.scalar(6)];
    for (const of of [
      (r: tf.Tensor, c: tf.Tensor, s: tf.Tensor) => tf.sum(pointwiseLoss(parts, { x, r, c, s })),
      (r: tf.Tensor, c: tf.Tensor, s: tf.Tensor) => pointwiseLossSum(parts, { x, r, c, s }),
    ]) {
      const grads = tf.grads(of)(at);
      expect(grads.map(({ shape }) => shape)).toEqual([[2], [3], []]);
      [[62, 152], [9, 12, 15], [36]].forEach((wanted, i) => close(grads[i]!.dataSync(), wanted));
    }
  });

  test('a loss of tensors of any rank has their shape', () => {
    const square = entryFormula({ inputs: { x: 'entry' }, loss: ({ x }) => f.mul(x, x) });
    for (const shape of [[], [3], [2, 3], [2, 2, 2], [0], [0, 2]]) {
      const x = tf.fill(shape, 3);
      const loss: tf.Tensor = pointwiseLoss(square, { x });
      expect(loss.shape).toEqual(shape);
      expect([...loss.dataSync()].every((value) => value === 9)).toBe(true);
    }
  });

  test('counts of a formula record nothing for the gradient', () => {
    const bins = entryFormula({ inputs: { x: 'entry' }, loss: ({ x }) => x });
    const gradient = tf.grad((x) => {
      const counts = tf.cast(pointwiseCounts(bins, { x }, 3), 'float32');
      return tf.sum(tf.mul(x, tf.sum(counts)));
    })(tf.tensor2d([[0, 1, 5]]));
    expect([...gradient.dataSync()]).toEqual([2, 2, 2]);
  });

  test('a tensor of another shape, or none, is refused', () => {
    const of = entryFormula({ inputs: { logits: 'entry', labels: 'row' }, loss: ({ logits }) => logits });
    const logits = tf.zeros([2, 3]);
    expect(() => pointwiseLoss(of, { logits, labels: tf.zeros([3]) })).toThrow(
      'tensor labels of a formula: expected shape [2], got shape [3]',
    );
    expect(() => pointwiseLoss(of, { logits } as never)).toThrow(
      'tensor labels of a formula: expected a tensor',
    );
  });
});
