import type { AnchorGeneratorOptions } from '@equipoise/core';
import { anchorGenerator, ssdAnchors } from '@equipoise/core';
import type { CaseOperations, Outputs, ReferenceCase } from '@equipoise/testkit';
import { inputsOf } from '@equipoise/testkit';
import { Later, scoped, type Pending, type PendingOutputs } from '../pending.ts';

/** Reference cases of anchor generators. */
export const anchorCases: CaseOperations = {
  mmdet_anchors: { exact: ['valid'], run: anchorsCase },
  mmdet_anchors_ssd: { exact: ['valid'], run: ssdAnchorsCase },
  // Its name has no underscore behind the stem.
  mmdet_anchors_ssd300: { exact: ['valid'], run: ssdAnchorsCase },
  mmdet_anchors_ssd512: { exact: ['valid'], run: ssdAnchorsCase },
};

function anchorsCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const list = (field: string): number[] | undefined =>
      inputs.has(field) ? inputs.numbers(field) : undefined;
    const number = (field: string): number | undefined =>
      inputs.has(field) ? inputs.number(field) : undefined;
    const generator = anchorGenerator({
      strides: inputs.raw('strides') as AnchorGeneratorOptions['strides'],
      ratios: list('ratios'),
      scales: list('scales'),
      octaveBaseScale: number('octave_base_scale'),
      scalesPerOctave: number('scales_per_octave'),
      baseSizes: list('base_sizes'),
      centerOffset: number('center_offset'),
      centres: inputs.has('centers') ? (inputs.rows('centers') as [number, number][]) : undefined,
      scaleMajor: inputs.has('scale_major') ? inputs.flag('scale_major', true) : undefined,
    });
    // One level may be given by itself, and then has a grid by itself.
    const alone = inputs.has('featmap');
    const sizes = (alone ? [inputs.numbers('featmap')] : inputs.rows('featmap_sizes')) as [number, number][];
    const grids = generator.grid(sizes);
    const outputs = {
      base_anchors: () => generator.baseAnchors(),
      grid: () => (alone ? grids[0]! : grids),
      valid: () => {
        const flags = generator.validFlags(sizes, inputs.numbers('pad_shape') as [number, number]);
        return new Later([flags], (all) => {
          let start = 0;
          const levels = grids.map(({ shape }) => all.slice(start, (start += shape[0])));
          return alone ? levels[0]! : levels;
        });
      },
    };
    return wanted(reference, outputs);
  });
}

/** Strides and ratios of SSD300 and SSD512 (Liu et al. 2016), where a case does not give them. */
const SSD = {
  strides: { 300: [8, 16, 32, 64, 100, 300], 512: [8, 16, 32, 64, 128, 256, 512] },
  ratios: {
    300: [[2], [2, 3], [2, 3], [2, 3], [2], [2]],
    512: [[2], [2, 3], [2, 3], [2, 3], [2, 3], [2], [2]],
  },
};

function ssdAnchorsCase(reference: ReferenceCase): Promise<Outputs> {
  return scoped(() => {
    const inputs = inputsOf(reference);
    const inputSize = inputs.number('input_size');
    const known = inputSize === 512 ? 512 : 300;
    const generator = ssdAnchors({
      inputSize,
      strides: inputs.has('strides') ? inputs.numbers('strides') : SSD.strides[known],
      ratios: inputs.has('ratios') ? inputs.rows('ratios') : SSD.ratios[known],
      basesizeRatioRange: inputs.has('basesize_ratio_range')
        ? (inputs.numbers('basesize_ratio_range') as [number, number])
        : undefined,
      minSizes: inputs.has('min_sizes') ? inputs.numbers('min_sizes') : undefined,
      maxSizes: inputs.has('max_sizes') ? inputs.numbers('max_sizes') : undefined,
    });
    return wanted(reference, {
      base_anchors: () => generator.baseAnchors(),
      grid: () => generator.grid(inputs.rows('featmap_sizes') as [number, number][]),
    });
  });
}

/** Computes only what the case has. */
function wanted(reference: ReferenceCase, outputs: Readonly<Record<string, () => Pending>>): PendingOutputs {
  const entries = Object.entries(outputs).filter(([name]) => name in reference.outputs);
  return Object.fromEntries(entries.map(([name, compute]) => [name, compute()]));
}
