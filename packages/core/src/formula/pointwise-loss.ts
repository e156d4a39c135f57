import type { NamedTensorMap, Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { add, div, mul, reshape, scalar, tidy } from '@tensorflow/tfjs-core';
import { isRecording } from '../operations/is-recording.ts';
import { pointwiseMap } from '../operations/pointwise-map.ts';
import { pointwiseSum } from '../operations/pointwise-sum.ts';
import { scaled } from '../operations/scaled.ts';
import { withGradient } from '../operations/with-gradient.ts';
import type { EntryFormula } from './entry-formula.ts';
import { programOf } from './entry-formula.ts';
import { bound, gathered, gridOf } from './grid.ts';
import type { Grid } from './grid.ts';
import { FACTOR, WEIGHT, weighted } from './weighted.ts';

/**
 * The loss of each entry under a formula, in the shape of its first entry input. Value and derivatives come from one pass
 * ({@link pointwiseMap}); outside of a gradient only the value is computed. The gradient reaches the inputs that the formula is
 * differentiated `by`.
 *
 * @throws EquipoiseError for a tensor that is missing or has another shape than its binding says.
 */
// The type of the losses is the caller's to name, as with tfjs's own ops.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function pointwiseLoss<Name extends string, T extends Tensor>(
  formula: EntryFormula<Name>,
  tensors: Readonly<Record<Name, Tensor>>,
): T {
  const given: NamedTensorMap = { ...tensors };
  const grid = gridOf(formula, given);
  const by = isRecording() ? formula.by : [];
  const program = programOf(formula, { loss: true, by });
  return withGradient<T>(
    formula.by.map((name) => given[name]!),
    () => {
      const [value, ...derivatives] = pointwiseMap(...bound(formula, given, grid, program));
      return { value: reshape(value!, [...grid.outer]), saved: derivatives };
    },
    (upstream, derivatives) =>
      formula.by.map((name, i) =>
        gathered(
          mul<Tensor2D>(derivatives[i]!, reshape(upstream, [...grid.shape])),
          formula.inputs[name],
          given[name]!.shape,
        ),
      ),
  );
}

/** What {@link pointwiseLossSum} multiplies and divides by. */
export interface SumOptions {
  /** Factor of each loss: [n] for a row, or in the shape of the losses. Default 1. */
  readonly weight?: Tensor;
  /** What the sum is divided by. Default 1. */
  readonly normalizer?: Scalar;
}

/**
 * Σ weight × loss / normalizer over all entries, under a formula: a scalar. Sum and derivative in the formula's first `by` come from one
 * pass ({@link pointwiseSum}), so that a training step makes no other [n, C] tensor than the gradient. The gradient reaches all inputs of
 * `by`, and weight and normalizer; theirs is computed only where it is asked for.
 *
 * @throws EquipoiseError for a tensor that is missing or has another shape than its binding says.
 * @example
 * import { entryFormula, formula, pointwiseLossSum } from '@equipoise/core';
 * import { scalar, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
 *
 * const { labelTerms, mul, power } = formula;
 * const focal = entryFormula({
 *   inputs: { logits: 'entry', labels: 'row' },
 *   loss({ logits, labels }) {
 *     const { miss, crossEntropy } = labelTerms(logits, labels);
 *     return mul(power(miss, 2), crossEntropy);
 *   },
 * });
 * const logits = tensor2d([[2, -1], [0, -3]]);
 * const labels = tensor1d([0, 2], 'int32'); // 2 is background
 * pointwiseLossSum(focal, { logits, labels }, { normalizer: scalar(1) }).print();
 */
export function pointwiseLossSum<Name extends string>(
  formula: EntryFormula<Name>,
  tensors: Readonly<Record<Name, Tensor>>,
  { weight, normalizer }: SumOptions = {},
): Scalar {
  return tidy(() => {
    const ofWeight = weight === undefined ? undefined : weight.rank === 1 ? 'row' : 'entry';
    const whole = weighted(formula, ofWeight, normalizer !== undefined);
    const given: NamedTensorMap = {
      ...tensors,
      ...(weight ? { [WEIGHT]: weight } : {}),
      ...(normalizer ? { [FACTOR]: div<Scalar>(1, normalizer) } : {}),
    };
    const grid = gridOf(whole, given);
    const [first, ...others] = whole.by;
    const carried = isRecording() ? others.map((name) => gradientOnly(whole, given, grid, name)) : [];
    return carried.reduce((total, none) => add<Scalar>(total, none), sumBy(whole, given, grid, first!));
  });
}

/** The sum; its gradient reaches one input. */
function sumBy(formula: EntryFormula, tensors: NamedTensorMap, grid: Grid, by: string): Scalar {
  const program = programOf(formula, { loss: true, by: isRecording() ? [by] : [] });
  const x = tensors[by]!;
  return withGradient<Scalar>(
    [x],
    () => {
      const [value, ...saved] = pointwiseSum(...bound(formula, tensors, grid, program));
      return { value, saved };
    },
    (upstream, [derivative]) => [
      scaled(
        {
          x: gathered(derivative as Tensor2D, formula.inputs[by]!, x.shape),
          factor: upstream as Scalar,
        },
        {},
      ),
    ],
  );
}

/** 0, through which the gradient of the sum reaches another input: computed on the way back, so that it costs nothing unless wanted. */
function gradientOnly(formula: EntryFormula, tensors: NamedTensorMap, grid: Grid, by: string): Scalar {
  const program = programOf(formula, { loss: false, by: [by] });
  const names = Object.keys(formula.inputs);
  return withGradient<Scalar>(
    [tensors[by]!],
    () => ({ value: scalar(0), saved: names.map((name) => tensors[name]!) }),
    (upstream, saved) => {
      const kept: NamedTensorMap = Object.fromEntries(names.map((name, i) => [name, saved[i]!]));
      const [derivative] = pointwiseMap(...bound(formula, kept, grid, program));
      const x = gathered(derivative!, formula.inputs[by]!, tensors[by]!.shape);
      return [scaled({ x, factor: upstream as Scalar }, {})];
    },
  );
}
