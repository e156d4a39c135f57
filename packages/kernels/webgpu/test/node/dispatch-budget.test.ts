import { expect, it } from 'vitest';
import { budgetDispatches } from '../../src/node/dispatch-budget.ts';
import { withWebgpu } from '../support/with-webgpu.ts';

const descriptor = {} as GPUBindGroupDescriptor;

it('refuses what is too much for one turn of the event loop, and begins anew with the next', async () => {
  const made: GPUBindGroupDescriptor[] = [];
  const device = {
    createBindGroup: (given: GPUBindGroupDescriptor) => {
      made.push(given);
      return {} as GPUBindGroup;
    },
  };
  budgetDispatches(device, 3);
  for (const turn of [1, 2]) {
    for (let i = 0; i < 3; i++) device.createBindGroup(descriptor);
    expect(() => device.createBindGroup(descriptor)).toThrow(
      /@equipoise\/webgpu: dispatches before the process yields: expected at most 3 .* got 'more'/,
    );
    expect(made).toHaveLength(3 * turn);
    await new Promise((resolve) => setImmediate(resolve));
  }
});

withWebgpu('a device', ({ device, onCpu }) => {
  it('has such a budget where a CPU plays it', () => {
    expect(Object.hasOwn(device, 'createBindGroup')).toBe(onCpu && process.platform === 'linux');
  });
});
