import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { customGrad, expandDims, mul, sub, sum, tidy } from '@tensorflow/tfjs-core';
import type { BoxLoss } from './box-loss.ts';

/** A function of one coordinate's error d and its derivative, both element-wise. */
export interface CoordinateFormula {
  readonly value: (error: Tensor2D) => Tensor2D;
  readonly derivative: (error: Tensor2D) => Tensor2D;
}

/** The box loss Σ f(d) over the four coordinates of d = predicted − target, in delta space. */
export function coordinateLoss(name: string, formula: CoordinateFormula): BoxLoss {
  const apply = (predicted: Tensor2D, target: Tensor2D): Tensor1D =>
    tidy(
      () =>
        customGrad((x, save) => {
          const error = sub(x as Tensor2D, target);
          (save as (saved: Tensor2D[]) => void)([error]);
          return {
            value: sum(formula.value(error), 1) as Tensor1D,
            gradFunc: (upstream: Tensor1D, [saved]: Tensor2D[]) => mul(formula.derivative(saved!), expandDims(upstream, 1)),
          };
        })(predicted) as Tensor1D,
    );
  return { name, compares: 'deltas', apply };
}
