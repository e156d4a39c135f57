import { Code } from '../assembler/code.ts';
import { moduleBytes } from '../assembler/module.ts';
import { F64, f64 } from '../assembler/opcodes.ts';
import { Locals } from '../lanes/locals.ts';
import type { GridWalk } from './grid-walk.ts';
import { parametersOf } from './parameters.ts';
import type { Plan } from './plan.ts';
import { RowWalk } from './row-walk.ts';
import { ScatteredWalk } from './scattered-walk.ts';
import type { Writing, Version } from './version.ts';
import { versionOf } from './version.ts';
import { withoutMatch } from './without-match.ts';

/**
 * The bytes of the WebAssembly module of a plan. It imports `env.memory` and exports `run`, with {@link parametersOf} the plan. The grid has
 * at least one entry, and as many columns (walk `rows`) or entries (`scattered`) as the plan's vectors have lanes. Nothing outside of the
 * tensors is read or written.
 */
export function compile(plan: Plan): Uint8Array<ArrayBuffer> {
  const parameters = parametersOf(plan);
  const locals = new Locals(parameters.types, plan.vectors);
  const written: Writing = { plan, parameters, locals, once: new Code(), loops: new Code() };
  const versions = plan.walk === 'rows' ? writeRows(written) : writeScattered(written);
  versions.forEach(({ consumer }, i) => {
    consumer.end?.(written.loops);
    if (consumer.end && i > 0) written.loops.op(f64.add);
  });
  return moduleBytes({
    params: parameters.types,
    results: plan.purpose === 'sum' ? [F64] : [],
    locals: locals.types,
    body: [...written.once.bytes, ...written.loops.bytes],
  });
}

function writeScattered(written: Writing): Version<GridWalk>[] {
  const { plan, parameters, locals, loops } = written;
  const only = versionOf(written, plan.program, (lanes) => new ScatteredWalk(lanes, locals, parameters));
  only.walk.lines(loops, () => only.walk.line(loops, only.consumer.steps));
  return [only];
}

/**
 * Row by row. A program that compares the column with a value of the row is written twice: once more for rows in which no column is that
 * value, as in nearly all of a detector's. What selects by it is gone from there.
 */
function writeRows(written: Writing): Version<GridWalk>[] {
  const { plan, parameters, locals, loops } = written;
  const general = versionOf(written, plan.program, (lanes) => new RowWalk(lanes, locals, parameters));
  const plain = withoutMatch(plan.program, plan.inputs);
  if (!plain) {
    general.walk.lines(loops, () => general.walk.line(loops, general.consumer.steps));
    return [general];
  }
  const fewer = versionOf(
    written,
    plain.program,
    (lanes) => new RowWalk(lanes, locals, parameters, general.walk),
  );
  general.walk.lines(loops, () => {
    general.walk.pushNoColumnIs(loops, plain.inputs);
    loops.when(
      () => fewer.walk.line(loops, fewer.consumer.steps),
      () => general.walk.line(loops, general.consumer.steps),
    );
  });
  return [general, fewer];
}
