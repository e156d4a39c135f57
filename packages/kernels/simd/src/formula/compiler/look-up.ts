import type { Float, Lanes } from '../lanes/lanes.ts';
import type { Parameters } from './parameters.ts';
import type { PlannedInput } from './plan.ts';

/** The elements of a table at indices, rounded down and clamped to the table; of NaN the first. */
export function lookUp(lanes: Lanes, parameters: Parameters, table: PlannedInput, index: Float): Float {
  const { name, dtype } = table;
  const length = lanes.toFloat(lanes.everyLane(parameters.lengths[name]!));
  const last = lanes.sub(length, lanes.constant(1));
  // In this order a NaN becomes 0; from 0 on, to truncate is to round down.
  const place = lanes.truncate(lanes.min(lanes.max(lanes.constant(0), index), last));
  return lanes.gather(dtype, parameters.inputs[name]!, place);
}
