import type { PointwiseAttributes } from '@equipoise/core';
import { pointwiseMap } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, defineShader, workgroups } from '../runtime/kernel.ts';
import { formulaKernel } from './formula-kernel.ts';
import { exampleLayouts } from './example-layouts.ts';
import { dispatchGrid, gridInputs, gridShader, gridSlices } from './grid.ts';
import type { SizedLayout } from './layout.ts';
import { layoutKey } from './layout.ts';
import { translate } from './translate.ts';

const shader = defineShader(
  'PointwiseMap',
  ({ layout, size }: SizedLayout) => {
    const { declarations, lines, outputs } = translate(layout);
    const base = layout.fields.length;
    return gridShader({
      declarations: `${declarations}
${outputs.map((_, k) => `@group(0) @binding(${base + k}) var<storage, read_write> out_${k}: array<f32>;`).join('\n')}`,
      body: `${lines}
${outputs.map((value, k) => `    out_${k}[i] = ${value};`).join('\n')}`,
      uniform: base + outputs.length,
      size,
    });
  },
  exampleLayouts,
  layoutKey,
);

/** A program at every entry of a grid, all its outputs in one pass. */
export const pointwiseMapKernel: KernelConfig = formulaKernel(
  pointwiseMap,
  ({ program }) => program.outputs.length,
  (inputs, layout, { program, shape }: PointwiseAttributes) => {
    const outputs = program.outputs.map(() => allocate(shape, 'float32'));
    if (shape.includes(0)) return outputs;
    const source = shader({ layout, size: workgroups().size });
    const tensors = [
      ...gridInputs(layout, inputs),
      ...outputs.map((tensor) => ({ tensor, binding: 'entry' as const })),
    ];
    for (const slice of gridSlices(shape)) dispatchGrid(source, tensors, shape[1], slice);
    return outputs;
  },
);
