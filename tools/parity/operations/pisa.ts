import type {
  DeltaCoder,
  FourNumbers,
  Given,
  Samples,
  SampleStrategy,
  StrategyState,
  Task,
} from '@equipoise/core';
import { criterion, deltaCoder, matchedOverlaps, seededRandom, smoothL1 } from '@equipoise/core';
import { focal } from '@equipoise/focal';
import type { IsrNOptions } from '@equipoise/pisa';
import { carl, isrP, mmdetGroundTruthIds, sampleByScoreHlr } from '@equipoise/pisa';
import { torchRandom } from '@equipoise/random';
import type { CaseInputs, CaseOperations, Outputs, ReferenceCase } from '@equipoise/testkit';
import { inputsOf } from '@equipoise/testkit';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { mul, sum, tensor1d, tensor2d, tidy, valueAndGrads } from '@tensorflow/tfjs-core';

/** Reference cases of @equipoise/pisa. */
export const pisaCases: CaseOperations = {
  mmdet_isr_p: { run: (reference) => isrPWeights(reference, activationOf(reference)) },
  mmdet_carl: { run: (reference) => carlLoss(reference, activationOf(reference)) },
  mmdet_isr_p_softmax: { run: (reference) => isrPWeights(reference, 'softmax') },
  mmdet_isr_p_focal: { run: (reference) => isrPWeights(reference, 'sigmoid') },
  mmdet_carl_softmax: { run: (reference) => carlLoss(reference, 'softmax') },
  mmdet_carl_sigmoid: { run: (reference) => carlLoss(reference, 'sigmoid') },
  mmdet_score_hlr: { exact: ['pos_inds', 'neg_inds'], run: scoreHlrSample },
};

/** What a case that does not name it uses: softmax has a column of background. */
function activationOf(reference: ReferenceCase): Task['activation'] {
  const inputs = inputsOf(reference);
  return inputs.matrix('cls_score').shape[1] > inputs.number('num_class') ? 'softmax' : 'sigmoid';
}

/**
 * mmdetection ranks a positive of label weight 0 with the others; to us it would be ignored. A weight as small as this is 0 to every digit
 * of the result.
 */
const NO_WEIGHT = 1e-20;

/** Label weights after ISR-P, in every output that the case has: `label_weights`, `label_weights_k1_5_b0_3`, … */
async function isrPWeights(reference: ReferenceCase, activation: Task['activation']): Promise<Outputs> {
  const inputs = inputsOf(reference);
  const labels = inputs.numbers('labels');
  const classes = classesOf(inputs, activation);
  const isPositive = labels.map((label) => label >= 0 && label < classes);
  const given = inputs.has('label_weights') ? inputs.numbers('label_weights') : labels.map(() => 1);
  const weights = given.map((weight, i) => (isPositive[i] && weight === 0 ? NO_WEIGHT : weight));
  const samples: Samples = {
    logits: inputs.matrix('cls_score'),
    labels: tensor1d(labels, 'int32'),
    weights: tensor1d(weights),
    groundTruth: tensor1d(scattered(mergedIds(inputs), isPositive), 'int32'),
    deltas: tensor2d(ownDeltas(inputs, labels), [labels.length, 4]),
    deltaTargets: inputs.matrix('bbox_targets'),
    anchors: tensor2d(anchorsOf(inputs), [labels.length, 4]),
    task: { activation, coder: coderOf(inputs), boxLoss: smoothL1({ beta: 1 }) },
  };
  const base = activation === 'sigmoid' ? focalOf(inputs) : undefined;
  const before = base ? await summedWeights(base, samples) : weights;
  const outputs: Record<string, Outputs[string]> = {};
  for (const name of Object.keys(reference.outputs)) {
    if (!name.startsWith('label_weights')) continue;
    const after = await summedWeights(isrP({ ...powerOf(name, inputs), preset: 'mmdet' }, base), samples);
    outputs[name] = given.map((weight, i) =>
      isPositive[i] ? (weights[i]! * after[i]!) / before[i]! : weight,
    );
  }
  const overlaps = await matchedOverlaps(samples).data();
  return { ...outputs, pos_ious: overlaps.filter((_, i) => isPositive[i]) };
}

/** [n] classification weights, entries summed over classes. */
async function summedWeights<State extends StrategyState>(
  strategy: SampleStrategy<State>,
  samples: Samples,
): Promise<ArrayLike<number>> {
  const weights = tidy(() => {
    const { classification } = strategy.apply(samples, strategy.init(), seededRandom(0))[0];
    return classification.rank === 1 ? classification.clone() : sum(classification, 1);
  });
  return weights.data();
}

/** k and β: as the name of the output says them, `_k1_5_b0_3`, or the inputs, or the defaults. */
function powerOf(name: string, inputs: CaseInputs): { k: number; bias: number } {
  const said = /_k(?<k>\d+(?:_\d+)?)_b(?<bias>\d+(?:_\d+)?)$/u.exec(name)?.groups;
  if (!said) return { k: inputs.number('k', 2), bias: inputs.number('bias', 0) };
  return { k: decimal(said['k']!), bias: decimal(said['bias']!) };
}

function decimal(text: string): number {
  return Number(text.replace('_', '.'));
}

function focalOf(inputs: CaseInputs): ReturnType<typeof focal> {
  return focal({ alpha: inputs.number('alpha', 0.25), gamma: inputs.number('gamma', 2) });
}

/** mmdetection's ids of the positives, in their order. */
function mergedIds(inputs: CaseInputs): Int32Array {
  return mmdetGroundTruthIds(inputs.rows('pos_assigned_gt_inds'));
}

/** The ids at the positives, -1 elsewhere. */
function scattered(ids: Int32Array, isPositive: readonly boolean[]): Int32Array {
  let next = 0;
  return Int32Array.from(isPositive, (positive) => (positive ? ids[next++]! : -1));
}

/** CARL alone: its loss, and its gradients in logits and deltas. */
async function carlLoss(reference: ReferenceCase, activation: Task['activation']): Promise<Outputs> {
  const inputs = inputsOf(reference);
  const labels = inputs.numbers('labels');
  const n = labels.length;
  const classes = classesOf(inputs, activation);
  const positives = labels.filter((label) => label >= 0 && label < classes).length;
  // The criterion divides by the positives, the reference by what the case says, or by all rows.
  const scale = (inputs.number('loss_weight', 1) * Math.max(positives, 1)) / inputs.number('avg_factor', n);
  const strategy = carl({ k: inputs.number('k', 1), bias: inputs.number('bias', 0.2), added: false });
  const task: Given<Task> = { activation, boxLoss: smoothL1({ beta: inputs.number('beta', 1) }) };
  const loss = (logits: Tensor, deltas: Tensor): Scalar => {
    const { box } = criterion(strategy, task).loss({
      logits: logits as Tensor2D,
      labels: tensor1d(labels, 'int32'),
      deltas: deltas as Tensor2D,
      deltaTargets: inputs.matrix('bbox_targets'),
    });
    return mul(box, scale);
  };
  const { value, grads: gradients } = valueAndGrads(loss)([
    inputs.matrix('cls_score'),
    tensor2d(ownDeltas(inputs, labels), [n, 4]),
  ]);
  const [toLogits, toDeltas] = await Promise.all(gradients.map((gradient) => gradient.array()));
  return {
    loss: await value.data(),
    grad_cls: toLogits as number[][],
    grad_bbox: atLabels(toDeltas as number[][], labels, columnsOf(inputs)),
  };
}

/** Gradients of own deltas [n, 4] put back among those of every class. */
function atLabels(own: number[][], labels: readonly number[], columns: number): number[][] {
  return own.map((row, i) => {
    const whole = Array.from({ length: columns }, () => 0);
    whole.splice(deltaColumn(labels[i]!, columns), 4, ...row);
    return whole;
  });
}

/** ScoreHLRSampler, whose chance is torch's stream from the case's seed. */
async function scoreHlrSample(reference: ReferenceCase): Promise<Outputs> {
  const inputs = inputsOf(reference);
  const assigned = inputs.numbers('gt_inds');
  const scores = inputs.rows('cls_score');
  const classes = inputs.number('num_classes', scores[0]!.length - 1);
  const likeliest = scores.map((row) => row.indexOf(Math.max(...row.slice(0, classes))));
  const samples: Samples = {
    logits: inputs.matrix('cls_score'),
    labels: tensor1d(
      assigned.map((truth) => (truth > 0 ? 0 : truth < 0 ? -1 : classes)),
      'int32',
    ),
    deltas: tensor2d(ownDeltas(inputs, likeliest), [assigned.length, 4]),
    anchors: inputs.matrix('priors'),
    task: { activation: 'softmax', coder: coderOf(inputs), boxLoss: smoothL1() },
  };
  const options: Given<IsrNOptions> = {
    preset: 'mmdet',
    count: inputs.number('num', 512),
    positiveFraction: inputs.number('pos_fraction', 0.25),
    maxNegativesPerPositive: inputs.number('neg_pos_ub', -1),
    k: inputs.number('k', 0.5),
    bias: inputs.number('bias', 0),
    scoreThreshold: inputs.number('score_thr', 0.05),
    iouThreshold: inputs.number('iou_thr', 0.5),
  };
  const chance = torchRandom(seedOf(reference, inputs));
  const chosen = await sampleByScoreHlr(samples, options, (count) => chance.permutation(count));
  return {
    pos_inds: chosen.positives,
    neg_inds: chosen.negatives,
    neg_label_weights: chosen.negativeWeights,
  };
}

/** The seed of the torch stream: an input, or as the source of the case says, `torch.manual_seed(3)`. */
function seedOf({ source }: ReferenceCase, inputs: CaseInputs): number {
  const said = /manual_seed\((?<seed>\d+)\)/u.exec(source)?.groups?.['seed'];
  return inputs.number('seed', said === undefined ? 0 : Number(said));
}

function classesOf(inputs: CaseInputs, activation: Task['activation']): number {
  const columns = inputs.rows('cls_score')[0]!.length;
  return inputs.number('num_class', activation === 'softmax' ? columns - 1 : columns);
}

function coderOf(inputs: CaseInputs): DeltaCoder {
  const four = (field: string, initial: FourNumbers): FourNumbers =>
    inputs.has(field) ? (inputs.numbers(field) as unknown as FourNumbers) : initial;
  return deltaCoder({
    means: four('target_means', [0, 0, 0, 0]),
    stds: four('target_stds', [0.1, 0.1, 0.2, 0.2]),
    clamp: 'mmdet',
  });
}

function columnsOf(inputs: CaseInputs): number {
  return inputs.rows('bbox_pred')[0]!.length;
}

/** Where the deltas of a class stand in a row; those of a label that is no class are not used. */
function deltaColumn(label: number, columns: number): number {
  return 4 * label >= 0 && 4 * label < columns ? 4 * label : 0;
}

/** [n·4] the deltas of each row's class, or the only ones. */
function ownDeltas(inputs: CaseInputs, labels: readonly number[]): number[] {
  return inputs.rows('bbox_pred').flatMap((row, i) => {
    const at = row.length === 4 ? 0 : deltaColumn(labels[i]!, row.length);
    return row.slice(at, at + 4);
  });
}

/** [n·4] anchors, or RoIs without the image in their first column. */
function anchorsOf(inputs: CaseInputs): number[] {
  return inputs.rows(inputs.has('rois') ? 'rois' : 'anchors').flatMap((row) => row.slice(-4));
}
