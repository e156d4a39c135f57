import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { expandDims, mul, sub } from '@tensorflow/tfjs-core';
import { rowSums } from '../operations/row-sums.ts';
import { withGradient } from '../operations/with-gradient.ts';
import type { BoxLoss } from './box-loss.ts';

/** A function of one coordinate's error d and its derivative, both element-wise. */
export interface CoordinateFormula {
  readonly value: (error: Tensor) => Tensor;
  readonly derivative: (error: Tensor) => Tensor;
}

/** The box loss Σ f(d) over the four coordinates of d = predicted − target, in delta space. */
export function coordinateLoss(name: string, formula: CoordinateFormula): BoxLoss {
  const apply = (predicted: Tensor2D, target: Tensor2D): Tensor1D =>
    withGradient<Tensor1D>(
      [predicted],
      (x) => {
        const error = sub(x, target);
        return { value: rowSums({ x: formula.value(error) as Tensor2D }, {}), saved: [error] };
      },
      (upstream, [error]) => [mul(formula.derivative(error!), expandDims(upstream, 1))],
    );
  return { name, compares: 'deltas', apply };
}
