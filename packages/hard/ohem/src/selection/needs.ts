import type { SampleField } from '@equipoise/core';
import type { OhemOptions } from '../presets.ts';

/** The sample fields that the NMS reads. */
export function fieldsOfNms({ preset, nmsThreshold }: OhemOptions): readonly SampleField[] {
  if (nmsThreshold === 1) return [];
  return preset === 'tf' ? ['anchors', 'deltas'] : ['anchors'];
}

/** All that ranking and NMS read. */
export function fieldsOfOhem(options: OhemOptions): readonly SampleField[] {
  const ranking: readonly SampleField[] = options.boxWeight > 0 ? ['deltas', 'deltaTargets'] : [];
  return [...new Set([...fieldsOfNms(options), ...ranking])];
}
