import { readFileSync } from 'node:fs';
import { demand } from '@equipoise/core';

/**
 * Lets a device refuse more dispatches in one go than its driver survives.
 *
 * Lavapipe (Mesa 25) maps a page of memory for each bind group, and nothing is given back before the process yields to its event loop: a
 * single call that runs tens of thousands of shaders, such as NMS composed of tfjs ops round after round, uses up Linux's `vm.max_map_count`
 * (65,530), and the driver ends the process (SIGSEGV).
 *
 * @param most the bind groups between two turns of the event loop; default three quarters of the maps that Linux allows.
 */
export function budgetDispatches(
  device: Pick<GPUDevice, 'createBindGroup'>,
  most: number = mostMaps() * 0.75,
): void {
  const create = device.createBindGroup.bind(device);
  let count = 0;
  device.createBindGroup = (descriptor) => {
    if (count === 0) setImmediate(() => (count = 0));
    count += 1;
    demand(count <= most, {
      package: '@equipoise/webgpu',
      subject: 'dispatches before the process yields',
      expected: `at most ${Math.floor(most)} on an adapter that a CPU plays, whose driver maps memory for each: fewer rounds, or an await between them`,
      actual: 'more',
    });
    return create(descriptor);
  };
}

function mostMaps(): number {
  return Number(readFileSync('/proc/sys/vm/max_map_count', 'utf8'));
}
