import { F64, f64 } from '../assembler/opcodes.ts';
import type { Consume } from './consumer.ts';
import { storeAll } from './consumer.ts';

/** The first output added up, in float32 within a block and in double from there; the others stored. */
export const sum: Consume = (context, [summand, ...derivatives]) => {
  const { lanes, locals, grid } = context;
  const term = grid.fresh ? lanes.keep(grid.fresh, summand!) : summand!;
  const ofBlock = locals.addOfEntry(lanes.target.types.float);
  const total = locals.add(F64);
  return {
    steps: {
      entry: (code) => {
        storeAll(code, context, derivatives);
        lanes.target.operations.add(code, ofBlock, term.local);
        code.set(ofBlock);
      },
      block: (code) => {
        code.get(total);
        for (let lane = 0; lane < lanes.target.width; lane += 1) {
          lanes.target.laneOfFloat(code, ofBlock, lane);
          code.op(f64.promoteF32, f64.add);
        }
        code.set(total);
        lanes.target.constant(code, 'float', 0);
        code.set(ofBlock);
      },
    },
    end: (code) => code.get(total),
  };
};
