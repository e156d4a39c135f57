import type { Operation } from '@equipoise/core';
import { defineOperation, demand } from '@equipoise/core';
import type { Tensor1D } from '@tensorflow/tfjs-core';

/**
 * The [n] int32 groups of samples, refused where one is not in 0…groupCount-1: its entries would be counted nowhere. Only `host` can
 * tell; a device is not waited for.
 */
export const groupsWithin: Operation<
  { readonly group: Tensor1D },
  { readonly groupCount: number },
  Tensor1D
> = defineOperation('GroupsWithin', {
  composed: ({ group }) => group.clone(),
  host({ group }, { groupCount }) {
    const stray = (group.dataSync() as Int32Array).find((id) => id < 0 || id >= groupCount);
    demand(stray === undefined, {
      package: '@equipoise/ghm',
      subject: 'level or image of a sample',
      expected: `0 to ${groupCount - 1}`,
      actual: stray,
    });
    return group.clone();
  },
});
