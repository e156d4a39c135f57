import type { Program } from '@equipoise/core';
import type { Code } from '../assembler/code.ts';
import { Lanes } from '../lanes/lanes.ts';
import type { Locals } from '../lanes/locals.ts';
import { TARGETS } from '../lanes/targets.ts';
import type { Consume, Consumer } from './consumer.ts';
import type { GridWalk } from './grid-walk.ts';
import { histogram } from './histogram.ts';
import { lookUp } from './look-up.ts';
import { lower } from './lower.ts';
import { map } from './map.ts';
import type { Parameters } from './parameters.ts';
import type { Plan, Purpose } from './plan.ts';
import { sum } from './sum.ts';

/** The function that is being written. */
export interface Writing {
  readonly plan: Plan;
  readonly parameters: Parameters;
  readonly locals: Locals;
  /** What is computed once a call, before the loops. */
  readonly once: Code;
  readonly loops: Code;
}

/** A program, written for a walk, and what becomes of its outputs. */
export interface Version<Walk extends GridWalk> {
  readonly walk: Walk;
  readonly consumer: Consumer;
}

/** Writes a program. A function may hold several that do the same on what they are for. */
export function versionOf<Walk extends GridWalk>(
  { plan, parameters, locals, once }: Writing,
  program: Program,
  walkBy: (lanes: Lanes) => Walk,
): Version<Walk> {
  const inputs = new Map(plan.inputs.map((input) => [input.name, input]));
  const lanes = new Lanes(TARGETS[plan.target], locals, once);
  const walk = walkBy(lanes);
  const outputs = lower(program, lanes, {
    input: (name) => walk.input(inputs.get(name)!),
    column: () => walk.column(),
    lookup: (name, index) => lookUp(lanes, parameters, inputs.get(name)!, index),
  });
  const context = { lanes, locals, grid: walk, results: parameters.results };
  return { walk, consumer: CONSUMERS[plan.purpose](context, outputs) };
}

const CONSUMERS: Readonly<Record<Purpose, Consume>> = { map, sum, histogram };
