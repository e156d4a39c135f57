import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { tensor, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import type { Nearness } from './support/same.ts';

/** Options of {@link gradientAgrees}. */
export interface GradientAgreesOptions {
  /** Shape of the tensor that the loss is given; default [number of values]. */
  readonly shape?: readonly number[];
  /** Half the width of a central difference, times max(1, |x|). Default 1e-6. */
  readonly step?: number;
  /** How near gradients must be. Default relative 1e-4, absolute 1e-6. */
  readonly near?: Nearness;
  /** How near the value must be. Default relative 1e-5, absolute 1e-6. */
  readonly valueNear?: Nearness;
}

/**
 * Demands that a loss on tensors has the value of a plain function in double precision, and the gradient of its central finite differences
 * (f(x + h) − f(x − h)) / 2h, entry by entry.
 *
 * @param loss of a tensor, to a scalar.
 * @param oracle the same formula in plain numbers, written on its own; for quantities that the loss takes as constants, a function that holds
 * them fixed.
 * @param at where; rounded to float32 first, so that both see the same.
 * @throws Error that names the first entry at fault.
 */
export async function gradientAgrees(
  loss: (x: Tensor) => Scalar,
  oracle: (x: readonly number[]) => number,
  at: readonly number[],
  options: GradientAgreesOptions = {},
): Promise<void> {
  const { step = 1e-6, near = { relative: 1e-4, absolute: 1e-6 } } = options;
  const { valueNear = { relative: 1e-5, absolute: 1e-6 } } = options;
  const x = at.map(Math.fround);
  const { value, grad } = tidy(() => {
    const point = tensor(x, [...(options.shape ?? [x.length])], 'float32');
    return valueAndGrad((variable: Tensor) => loss(variable))(point);
  });
  const [got] = await value.data();
  const gradient = await grad.data();
  value.dispose();
  grad.dispose();
  demandNear('value', oracle(x), got!, valueNear);
  for (let i = 0; i < x.length; i += 1) {
    const h = step * Math.max(1, Math.abs(x[i]!));
    const moved = (by: number): number => oracle(x.map((value, j) => (i === j ? value + by : value)));
    demandNear(`gradient [${i}] at ${x[i]}`, (moved(h) - moved(-h)) / (2 * h), gradient[i]!, near);
  }
}

function demandNear(name: string, wanted: number, got: number, { relative, absolute }: Nearness): void {
  if (Math.abs(got - wanted) <= absolute + relative * Math.abs(wanted)) return;
  throw new Error(`${name}: expected ${wanted} in double precision, got ${got}`);
}
