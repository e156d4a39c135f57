import type { Samples } from '@equipoise/core';
import {
  classificationLosses,
  classTargets,
  detach,
  maskedRows,
  softplus,
  spread,
  withGradient,
} from '@equipoise/core';
import type { NamedTensorMap, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  div,
  exp,
  fill,
  greater,
  log,
  max,
  maximum,
  mul,
  neg,
  sigmoid,
  sub,
  sum,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import type { ImportanceOptions } from './importance.ts';

/** Sums of weights below this are taken for none. */
const LEAST_SUM = 1e-30;
/** Below every logarithm of a weight. */
const LOWEST = -1e30;

/**
 * CARL's factors c of the box loss: [n], 0 where `boxWeights` is 0. With v = (b + (1 − b) p)ᵏ, p the probability of a sample's class and a
 * its box weight, c = v · Σ a / Σ a v. The gradient reaches the logits through p, and through the sum as well: ∂L/∂ln v sums to 0.
 */
export function carlFactors(
  samples: Samples,
  boxWeights: Tensor1D,
  { k, bias }: ImportanceOptions,
): Tensor1D {
  return tidy(() => {
    const weights = detach(boxWeights);
    return withGradient<Tensor1D>(
      [logProbabilities(samples, cast<Tensor1D>(greater(weights, 0), 'float32'))],
      (...inputs) => {
        const [logP] = inputs as [Tensor1D];
        const p = exp(logP);
        const t = add<Tensor1D>(mul(p, 1 - bias), bias);
        // ln v: where b is 0, t may be 0 in float32, its logarithm is not.
        const logV = mul<Tensor1D>(bias === 0 ? logP : log(t), k);
        const factors = normalized(logV, weights);
        // d ln v / d ln p, at most k.
        const slope = bias === 0 ? fill(p.shape, k) : mul(div(mul(p, 1 - bias), t), k);
        return { value: factors, saved: [factors, slope, weights] };
      },
      (upstream, [factors, slope, a]) => {
        const toLogV = mul(factors!, upstream);
        const mean = div(sum(toLogV), maximum(sum(a!), LEAST_SUM));
        return [mul(sub(toLogV, mul(mul(factors!, a!), mean)), slope!)];
      },
    );
  });
}

/** v · Σ a / Σ a v, with the largest ln v taken out before the exponential. */
function normalized(logV: Tensor1D, weights: Tensor1D): Tensor1D {
  const counted = greater<Tensor1D>(weights, 0);
  const masked = where(counted, logV, fill(logV.shape, LOWEST));
  const v = mul<Tensor1D>(exp(sub(masked, max(masked))), cast(counted, 'float32'));
  return mul(v, div(sum(weights), maximum(sum(mul(weights, v)), LEAST_SUM)));
}

/** [n] ln p of the label's class, finite at any logit, at the samples of a mask that have one; without meaning elsewhere. Differentiable. */
function logProbabilities(samples: Samples, mask: Tensor1D): Tensor1D {
  if (samples.task?.activation === 'softmax') return neg(classificationLosses(samples) as Tensor1D);
  const { logits, labels } = samples;
  const of = (rows: NamedTensorMap): Tensor1D =>
    logSigmoidOfClass(rows['logits'] as Tensor2D, rows['labels'] as Tensor1D);
  return maskedRows({ mask, logits, labels }, { of }) as Tensor1D;
}

function logSigmoidOfClass(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  const targets = classTargets(labels, logits.shape[1]);
  return withGradient<Tensor1D>(
    [logits],
    (z) => {
      const against = neg<Tensor1D>(sum(mul(z, targets), 1));
      return { value: neg(softplus(against)), saved: [against, targets] };
    },
    (upstream, [against, hot]) => [
      mul(hot as Tensor2D, spread(mul<Tensor1D>(sigmoid(against!), upstream), hot!.shape[1]!)),
    ],
  );
}
