import type { PointwiseAttributes } from '@equipoise/core';
import { pointwiseSum } from '@equipoise/core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { allocate, clear, defineShader, workgroups } from '../runtime/kernel.ts';
import { exampleLayouts } from './example-layouts.ts';
import { formulaKernel } from './formula-kernel.ts';
import { dispatchGrid, gridInputs, gridShader, gridSlices } from './grid.ts';
import type { SizedLayout } from './layout.ts';
import { layoutKey } from './layout.ts';
import { sumInStages } from './partial-sums.ts';
import { translate } from './translate.ts';
import { treeSum, treeSumDeclarations } from './tree-sum.ts';

const shader = defineShader(
  'PointwiseSum',
  ({ layout, size }: SizedLayout) => {
    const { declarations, lines, outputs } = translate(layout);
    const [value, ...derivatives] = outputs;
    const base = layout.fields.length;
    return gridShader({
      declarations: `${declarations}
${treeSumDeclarations(size)}
@group(0) @binding(${base}) var<storage, read_write> partials: array<f32>;
${derivatives.map((_, k) => `@group(0) @binding(${base + 1 + k}) var<storage, read_write> out_${k}: array<f32>;`).join('\n')}`,
      // In thirty-twos and thirty-twos of thirty-twos: adding 40,000 equal numbers to one float loses the sixth digit.
      before: `
  var steps = 0u;
  var few = 0.0f;
  var more = 0.0f;
  var most = 0.0f;`,
      body: `${lines}
    few += ${value};
${derivatives.map((derivative, k) => `    out_${k}[i] = ${derivative};`).join('\n')}
    steps += 1u;
    if ((steps & 31u) == 0u) {
      more += few;
      few = 0.0f;
      if ((steps & 1023u) == 0u) { most += more; more = 0.0f; }
    }`,
      after: `
  ${treeSum('few + more + most')}
  if (lane == 0u) { partials[grid.groups_before + group.x] = sums[0]; }`,
      uniform: base + outputs.length,
      size,
    });
  },
  exampleLayouts,
  layoutKey,
);

/** The sum of a program's first output over a grid, and its other outputs, in one pass. */
export const pointwiseSumKernel: KernelConfig = formulaKernel(
  pointwiseSum,
  ({ program }) => program.outputs.length,
  (inputs, layout, { program, shape }: PointwiseAttributes) => {
    const derivatives = program.outputs.slice(1).map(() => allocate(shape, 'float32'));
    if (shape.includes(0)) {
      const nothing = allocate([], 'float32');
      clear(nothing);
      return [nothing, ...derivatives];
    }
    const source = shader({ layout, size: workgroups().size });
    const slices = gridSlices(shape);
    const { workgroups: last, workgroupsBefore } = slices.at(-1)!;
    const sum = sumInStages(workgroupsBefore + last, (partials) => {
      const tensors = [
        ...gridInputs(layout, inputs),
        { tensor: partials, binding: 'scalar' as const },
        ...derivatives.map((tensor) => ({ tensor, binding: 'entry' as const })),
      ];
      for (const slice of slices) dispatchGrid(source, tensors, shape[1], slice);
    });
    return [sum, ...derivatives];
  },
);
