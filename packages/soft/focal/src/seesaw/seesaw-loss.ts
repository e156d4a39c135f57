import type { Given } from '@equipoise/core';
import { checkOptions, classTargets, numberOption, softmaxCrossEntropy, spread } from '@equipoise/core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  add,
  cast,
  concat,
  equal,
  exp,
  expandDims,
  greaterEqual,
  less,
  lessEqual,
  log,
  logicalAnd,
  matMul,
  max,
  maximum,
  minimum,
  mul,
  neg,
  ones,
  relu,
  slice,
  softmax,
  sub,
  sum,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { demandShape } from '../shared/demand.ts';
import { rowLoss } from '../shared/row-loss.ts';

/** Options of {@link seesawLoss}. */
export interface SeesawLossOptions {
  /** Exponent p of the mitigation factor, ≥ 0: how much rarer classes are spared; 0 is none. Default .8. */
  readonly p: number;
  /** Exponent q of the compensation factor, ≥ 0: how much a class that is mistaken for the label is punished; 0 is none. Default 2. */
  readonly q: number;
  /** Least probability ε of the label that the compensation factor divides by, in (0, 1]. Default .01. */
  readonly eps: number;
}

/** What {@link seesawLoss} gives. */
export interface SeesawLosses {
  /** [n] the loss among classes; 0 where a sample is no positive. */
  readonly classification: Tensor1D;
  /** [n] the loss of object against background; 0 where a sample is ignored. */
  readonly objectness: Tensor1D;
  /** [C + 1] the counts after this step. */
  readonly counts: Tensor1D;
}

/** [C + 1] the counts before the first step: how many samples of each class, background last, were seen. */
export function seesawCounts(classes: number): Tensor1D {
  return zeros([classes + 1]);
}

/**
 * Seesaw loss of a softmax over classes, −ln(e^(z_i) / (e^(z_i) + Σ_{j≠i} S_ij e^(z_j))) for label i, beside plain cross-entropy of object
 * against background. S_ij = min(1, N_j/N_i)^p · max(1, σ_j/max(σ_i, ε))^q, a constant for differentiation; N counts the samples seen,
 * this step's among them, each at least 1; σ is the softmax over classes.
 *
 * Logits [n, C + 2]: C classes, object, background. Labels int32 [n] in 0…C−1, C background, below 0 ignored and not counted. Counts
 * [C + 1] of the step before, see {@link seesawCounts}; they stay the caller's. Divide both sums by the samples. Wang et al. 2021 eq. 4–8;
 * mmdetection's `SeesawLoss`.
 *
 * @throws EquipoiseError for an option that is unknown or out of range, or counts of another shape.
 * @example
 * import { reduceLoss, seesawCounts, seesawLoss } from '@equipoise/focal';
 * import { add, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
 *
 * const logits = tensor2d([[2, -1, 1, 0], [0, 0, -1, 3]]); // 2 classes, object, background
 * const labels = tensor1d([0, 2], 'int32'); // 2 is background
 * const { classification, objectness, counts } = seesawLoss(logits, labels, seesawCounts(2));
 * const loss = add(reduceLoss(classification, { avgFactor: 2 }), reduceLoss(objectness, { avgFactor: 2 }));
 * console.log(counts.arraySync()); // → [1, 0, 1]
 */
export function seesawLoss(
  logits: Tensor2D,
  labels: Tensor1D,
  counts: Tensor1D,
  options: Given<SeesawLossOptions> = {},
): SeesawLosses {
  const inForce = checkOptions<SeesawLossOptions>(
    '@equipoise/focal',
    {
      p: numberOption(0.8, { min: 0 }),
      q: numberOption(2, { min: 0 }),
      eps: numberOption(0.01, { min: 1e-12, max: 1 }),
    },
    options,
  );
  const classes = logits.shape[1] - 2;
  demandShape('counts', counts, [classes + 1]);
  return tidy(() => {
    const next = countedIn(counts, labels);
    const { ofClasses, ofObject } = split(logits);
    const isPositive = cast(logicalAnd(greaterEqual(labels, 0), less(labels, classes)), 'float32');
    const isLabelled = cast(logicalAnd(greaterEqual(labels, 0), lessEqual(labels, classes)), 'float32');
    const isBackground: Tensor1D = cast(equal(labels, classes), 'int32');
    return {
      classification: mul<Tensor1D>(
        amongClasses(ofClasses, labels, slice(next, 0, classes), inForce),
        isPositive,
      ),
      objectness: mul<Tensor1D>(softmaxCrossEntropy(ofObject, isBackground), isLabelled),
      counts: next,
    };
  });
}

/** [n, C + 1] what logits [n, C + 2] say of each class and of background: softmax(classes) · p(object), p(background). */
export function seesawProbabilities(logits: Tensor2D): Tensor2D {
  return tidy(() => {
    const { ofClasses, ofObject } = split(logits);
    const [n, classes] = ofClasses.shape;
    const objectness: Tensor2D = softmax(ofObject);
    return concat(
      [
        mul<Tensor2D>(softmax(ofClasses), matMul(slice(objectness, [0, 0], [n, 1]), ones([1, classes]))),
        slice(objectness, [0, 1], [n, 1]),
      ],
      1,
    );
  });
}

function split(logits: Tensor2D) {
  const [n, columns] = logits.shape;
  return {
    ofClasses: slice(logits, [0, 0], [n, columns - 2]),
    ofObject: slice(logits, [0, columns - 2], [n, 2]),
  };
}

function countedIn(counts: Tensor1D, labels: Tensor1D): Tensor1D {
  // tfjs-backend-wasm 4.22 sums nothing to whatever its memory holds.
  if (labels.size === 0) return counts.clone();
  return add<Tensor1D>(counts, sum(classTargets(labels, counts.size), 0));
}

/** Cross-entropy of the logits plus ln S; the logarithm keeps a probability that rounds to 0 finite. */
function amongClasses(
  logits: Tensor2D,
  labels: Tensor1D,
  counts: Tensor1D,
  { p, q, eps }: SeesawLossOptions,
): Tensor1D {
  const classes = logits.shape[1];
  return rowLoss(logits, (z) =>
    tidy(() => {
      const hit = classTargets(labels, classes);
      const frequency = log(maximum(counts, 1));
      const own = matMul(matMul(hit, expandDims(frequency, 1)), ones([1, classes]));
      const spared = mul(minimum(sub(frequency, own), 0), p);
      const logP = logSoftmaxOf(z);
      const ofLabel = spread(maximum(sum(mul(hit, logP), 1), Math.log(eps)), classes);
      const punished = mul(relu(sub(logP, ofLabel)), q);
      const adjusted = logSoftmaxOf(add(z, mul(add(spared, punished), sub(1, hit))));
      return { value: neg(sum(mul(hit, adjusted), 1)), derivative: sub(exp(adjusted), hit) };
    }),
  );
}

function logSoftmaxOf(z: Tensor2D): Tensor2D {
  const shifted: Tensor2D = sub(z, max(z, 1, true));
  return sub<Tensor2D>(shifted, log(sum(exp(shifted), 1, true)));
}
