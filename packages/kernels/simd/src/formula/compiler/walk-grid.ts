import type { Lanes } from '../lanes/lanes.ts';
import type { Locals } from '../lanes/locals.ts';
import type { GridWalk } from './grid-walk.ts';
import type { Parameters } from './parameters.ts';
import type { Walk } from './plan.ts';
import { RowWalk } from './row-walk.ts';
import { ScatteredWalk } from './scattered-walk.ts';

/** Walks row by row, or entry by entry: see {@link Walk}. */
export function walkGrid(walk: Walk, lanes: Lanes, locals: Locals, parameters: Parameters): GridWalk {
  return walk === 'rows'
    ? new RowWalk(lanes, locals, parameters)
    : new ScatteredWalk(lanes, locals, parameters);
}
