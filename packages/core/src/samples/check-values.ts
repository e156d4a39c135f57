import type { Tensor } from '@tensorflow/tfjs-core';
import { getBackend } from '@tensorflow/tfjs-core';
import { demand, EquipoiseError } from '../errors.ts';
import { checkSamples } from './check.ts';
import { classCount, imageCount } from './masks.ts';
import type { SampleField, Samples } from './samples.ts';

/**
 * Checks fields, shapes and dtypes as {@link checkSamples} does, and the values too, which reads every field back from the device: for
 * debugging, not for every step.
 *
 * @throws EquipoiseError that names the field and the first sample at fault: a logit, delta, target of a positive, anchor, overlap or
 * weight that is not finite, a weight below 0, a label outside -1…C, an image outside 0…imageCount-1, a level below 0, a ground truth
 * below -1.
 */
export async function checkSampleValues(samples: Samples): Promise<void> {
  checkSamples(samples);
  const labels = await samples.labels.data();
  for (const law of lawsOf(samples, labels)) {
    const tensor: Tensor | undefined = samples[law.field];
    if (tensor) demandLaw(law, await tensor.data(), tensor);
  }
}

/**
 * {@link checkSampleValues} at once, where a backend can read at once.
 *
 * @throws EquipoiseError too on `webgpu`, which cannot.
 */
export function checkSampleValuesSync(samples: Samples): void {
  demand(getBackend() !== 'webgpu', {
    package: '@equipoise/core',
    subject: 'checked',
    expected: 'a backend that reads at once; on webgpu, await checkSampleValues(samples) before the step',
    actual: getBackend(),
  });
  checkSamples(samples);
  for (const law of lawsOf(samples, samples.labels.dataSync())) {
    const tensor: Tensor | undefined = samples[law.field];
    if (tensor) demandLaw(law, tensor.dataSync(), tensor);
  }
}

/** What the values of one field must be. */
interface ValueLaw {
  readonly field: SampleField;
  readonly expected: string;
  readonly holds: (value: number, sample: number) => boolean;
}

function lawsOf(samples: Samples, labels: ArrayLike<number>): readonly ValueLaw[] {
  const classes = classCount(samples);
  const images = imageCount(samples);
  const within = (low: number, high: number) => (value: number) => value >= low && value <= high;
  const finite = (field: SampleField): ValueLaw => ({
    field,
    expected: 'finite numbers',
    holds: Number.isFinite,
  });
  const isPositive = (sample: number): boolean => labels[sample]! >= 0 && labels[sample]! < classes;
  return [
    finite('logits'),
    { field: 'labels', expected: `-1 to ${classes}`, holds: within(-1, classes) },
    {
      field: 'weights',
      expected: 'finite numbers ≥ 0',
      holds: (value) => Number.isFinite(value) && value >= 0,
    },
    { field: 'image', expected: `0 to ${images - 1}`, holds: within(0, images - 1) },
    { field: 'level', expected: 'integers ≥ 0', holds: within(0, Infinity) },
    { field: 'groundTruth', expected: 'integers ≥ -1', holds: within(-1, Infinity) },
    finite('deltas'),
    {
      field: 'deltaTargets',
      expected: 'finite numbers at positives',
      holds: (value, sample) => Number.isFinite(value) || !isPositive(sample),
    },
    finite('anchors'),
    finite('maxOverlaps'),
  ];
}

function demandLaw({ field, expected, holds }: ValueLaw, values: ArrayLike<number>, tensor: Tensor): void {
  const columns = tensor.shape[1] ?? 1;
  for (let i = 0; i < values.length; i += 1) {
    const sample = Math.floor(i / columns);
    if (holds(values[i]!, sample)) continue;
    throw new EquipoiseError({
      package: '@equipoise/core',
      subject: `samples.${field} of sample ${sample}`,
      expected,
      actual: values[i],
    });
  }
}
