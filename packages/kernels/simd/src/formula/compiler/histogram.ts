import { I32, i32 } from '../assembler/opcodes.ts';
import type { Consume } from './consumer.ts';

/** Bins are counted in so many copies, one for each lane, lest one lane wait for what another has just stored. */
export const LANE_COPIES = 4;

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
  const address = locals.add(I32);
  return {
    steps: {
      entry: (code) => {
        for (let lane = 0; lane < lanes.target.width; lane += 1) {
          code.get(bins!).i32(1).op(i32.add).i32(lane).op(i32.mul);
          lanes.target.laneOfInt(code, place.local, lane);
          code.op(i32.add).i32(2).op(i32.shiftLeft).get(counters!).op(i32.add).set(address);
          code.get(address, address).op(i32.load).i32(1).op(i32.add, i32.store);
        }
      },
    },
  };
};
