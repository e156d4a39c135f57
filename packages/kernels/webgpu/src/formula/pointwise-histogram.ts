import type { PointwiseHistogramAttributes } from '@equipoise/core';
import { pointwiseHistogram } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, clear, defineShader, workgroups } from '../runtime/kernel.ts';
import { exampleLayouts } from './example-layouts.ts';
import { formulaKernel } from './formula-kernel.ts';
import { dispatchGrid, gridInputs, gridShader, gridSlices } from './grid.ts';
import type { SizedLayout } from './layout.ts';
import { layoutKey } from './layout.ts';
import { translate } from './translate.ts';

interface BinnedLayout extends SizedLayout {
  readonly bins: number;
}

/** More bins than this do not fit a workgroup's memory everywhere: 16 KiB. */
const MOST_LOCAL_BINS = 4096;

const shader = defineShader(
  'PointwiseHistogram',
  ({ layout, size, bins }: BinnedLayout) => {
    const { declarations, lines, outputs } = translate(layout);
    const base = layout.fields.length;
    const local = bins <= MOST_LOCAL_BINS;
    return gridShader({
      declarations: `${declarations}
@group(0) @binding(${base}) var<storage, read_write> counts: array<atomic<u32>>;
${local ? `var<workgroup> own: array<atomic<u32>, ${bins}>;` : ''}`,
      // WGSL sets a workgroup's variables to zero.
      body: `${lines}
    if (${outputs[0]} >= 0.0f && ${outputs[0]} < ${bins}.0f) { atomicAdd(&${local ? 'own' : 'counts'}[u32(${outputs[0]})], 1u); }`,
      after: local
        ? `
  workgroupBarrier();
  for (var bin = lane; bin < ${bins}u; bin += ${size}u) {
    let count = atomicLoad(&own[bin]);
    if (count > 0u) { atomicAdd(&counts[bin], count); }
  }`
        : '',
      uniform: base + 1,
      size,
    });
  },
  exampleLayouts.flatMap(({ layout, size }) => [30, 5000].map((bins) => ({ layout, size, bins }))),
  (options) => `${options.bins} ${layoutKey(options)}`,
);

/** How many entries of a grid fall into each bin: counted in each workgroup's own memory first, then added up. */
export const pointwiseHistogramKernel: KernelConfig = formulaKernel(
  pointwiseHistogram,
  () => 1,
  (inputs, layout, { shape, bins }: PointwiseHistogramAttributes) => {
    const counts = allocate([bins], 'int32');
    clear(counts);
    if (shape.includes(0)) return counts;
    const source = shader({ layout, size: workgroups().size, bins });
    const tensors = [...gridInputs(layout, inputs), { tensor: counts, binding: 'scalar' as const }];
    for (const slice of gridSlices(shape)) dispatchGrid(source, tensors, shape[1], slice);
    return counts;
  },
);
