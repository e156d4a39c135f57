import { I32, i32, withOffset } from '../assembler/opcodes.ts';
import type { Consume } from './consumer.ts';

/**
 * Counters of a bin, side by side: one for each entry of four vectors, lest one that is computed at once with another wait for what that
 * has just stored. What is counted of a bin is their sum.
 */
export const COUNTERS_OF_BIN = 16;

/** log₂ of the bytes of a bin's counters. */
const SHIFT_OF_BIN = 6;

/** Counts the only output, a bin. What counts nowhere is counted behind the last bin, so that no lane needs a branch. */
export const histogram: Consume = ({ lanes, locals, grid, results }, [bin]) => {
  const [counters, bins] = results;
  const nowhere = lanes.toFloat(lanes.everyLane(bins!));
  const inside = lanes.both(
    lanes.compare('lessEqual', lanes.constant(0), bin!),
    lanes.compare('less', bin!, nowhere),
  );
  const counts = grid.fresh ? lanes.both(grid.fresh, inside) : inside;
  const place = lanes.truncate(lanes.choose(counts, bin!, nowhere));
  const first = lanes.addInt(lanes.shiftLeft(place, SHIFT_OF_BIN), lanes.everyLane(counters!));
  const address = locals.add(I32);
  const { width } = lanes.target;
  return {
    steps: {
      entry: (code, vector) => {
        for (let lane = 0; lane < width; lane += 1) {
          const counter = vector * width + lane;
          lanes.target.laneOfInt(code, first.local, lane);
          code.set(address).get(address, address);
          code
            .op(withOffset(i32.load, 4 * counter))
            .i32(1)
            .op(i32.add, withOffset(i32.store, 4 * counter));
        }
      },
    },
  };
};
