import { Code } from '../assembler/code.ts';
import { moduleBytes } from '../assembler/module.ts';
import { F64 } from '../assembler/opcodes.ts';
import { Lanes } from '../lanes/lanes.ts';
import { Locals } from '../lanes/locals.ts';
import { TARGETS } from '../lanes/targets.ts';
import type { Consume } from './consumer.ts';
import { histogram } from './histogram.ts';
import { lookUp } from './look-up.ts';
import { lower } from './lower.ts';
import { map } from './map.ts';
import { parametersOf } from './parameters.ts';
import type { Plan, Purpose } from './plan.ts';
import { sum } from './sum.ts';
import { walkGrid } from './walk-grid.ts';

/**
 * The bytes of the WebAssembly module of a plan. It imports `env.memory` and exports `run`, with {@link parametersOf} the plan. The grid has
 * at least one entry, and as many columns (walk `rows`) or entries (`scattered`) as the target has lanes. Nothing outside of the tensors
 * is read or written.
 */
export function compile(plan: Plan): Uint8Array<ArrayBuffer> {
  const parameters = parametersOf(plan);
  const locals = new Locals(parameters.types);
  const once = new Code();
  const lanes = new Lanes(TARGETS[plan.target], locals, [once, new Code(), new Code()]);
  const grid = walkGrid(plan.walk, lanes, locals, parameters);
  const inputs = new Map(plan.inputs.map((input) => [input.name, input]));
  const outputs = lower(plan.program, lanes, {
    input: (name) => grid.input(inputs.get(name)!),
    column: () => grid.column(),
    lookup: (name, index) => lookUp(lanes, parameters, inputs.get(name)!, index),
  });
  const consumer = CONSUMERS[plan.purpose]({ lanes, locals, grid, results: parameters.results }, outputs);
  const loops = new Code();
  grid.loops(loops, consumer.steps);
  consumer.end?.(loops);
  return moduleBytes({
    params: parameters.types,
    results: plan.purpose === 'sum' ? [F64] : [],
    locals: locals.types,
    body: [...once.bytes, ...loops.bytes],
  });
}

const CONSUMERS: Readonly<Record<Purpose, Consume>> = { map, sum, histogram };
