import { inputArraysOf } from '../../throughput/inputs.ts';
import { seededRandom } from '../../throughput/random-numbers.ts';
import type { Source } from '../../throughput/row.ts';
import type { Arrays, NdArray } from '../inputs/arrays.ts';
import type { Size } from './work.ts';

/** Logits and labels of a detector in the middle of its training. */
export function logitsAndLabels({ anchors, classes }: Size, source: Source): Arrays {
  const { logits, labels } = inputArraysOf({ anchors, classes, source, stage: 'middle' });
  return {
    logits: { shape: [anchors, classes], values: logits },
    labels: { shape: [anchors], values: labels },
  };
}

/** The same with what PISA reads, and a certain share of positives: those beyond are ignored. */
export function samplesWithPositives({ anchors, classes }: Size, source: Source, share: number): Arrays {
  const arrays = inputArraysOf({ anchors, classes, source, stage: 'middle' });
  return {
    logits: { shape: [anchors, classes], values: arrays.logits },
    labels: { shape: [anchors], values: withPositives(arrays.labels, classes, Math.round(share * anchors)) },
    groundTruth: { shape: [anchors], values: arrays.groundTruth },
    anchors: { shape: [anchors, 4], values: arrays.anchors },
    deltas: { shape: [anchors, 4], values: arrays.deltas },
    deltaTargets: { shape: [anchors, 4], values: arrays.deltaTargets },
  };
}

/** Labels of which `count` at most are positives; which ones is drawn. */
export function withPositives(labels: Int32Array, classes: number, count: number): Int32Array {
  const random = seededRandom(5);
  const positives = [...labels.keys()]
    .filter((i) => labels[i]! >= 0 && labels[i]! < classes)
    .map((i) => ({ i, at: random() }))
    .toSorted((a, b) => a.at - b.at);
  const fewer = labels.slice();
  for (const { i } of positives.slice(count)) fewer[i] = -1;
  return fewer;
}

/** The same positives, each of any class, and of a box that is nobody else's: equal ones of one class may be sorted either way. */
export function withRandomLabels(arrays: Arrays, classes: number): Arrays {
  const random = seededRandom(6);
  const { labels, deltas } = arrays as Record<'labels' | 'deltas', NdArray>;
  return {
    ...arrays,
    labels: {
      ...labels,
      values: Int32Array.from(labels.values, (label) =>
        label >= 0 && label < classes ? Math.floor(random() * classes) : label,
      ),
    },
    deltas: {
      ...deltas,
      values: Float32Array.from(deltas.values, (delta) => delta + 0.1 * (random() - 0.5)),
    },
  };
}
