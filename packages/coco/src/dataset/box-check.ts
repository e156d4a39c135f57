import { DataError, show } from '../data-error.ts';
import type { Corners } from './dataset.ts';

/** Beyond this many pixels a box counts as reaching out of its image; less is rounding. */
const slack = 1e-3;

/** Where a box comes from, for messages. */
export interface BoxPlace {
  readonly file: string;
  readonly record: string;
  readonly field: string;
}

/** Checks boxes against their images and counts what it had to change. */
export class BoxChecker {
  #empty = 0;
  #clipped = 0;

  /**
   * The box, clipped to its image; undefined when it has no size.
   *
   * @throws DataError for a box that lies wholly outside its image
   */
  check(box: Corners, width: number, height: number, place: BoxPlace): Corners | undefined {
    const [x1, y1, x2, y2] = box;
    if (!(x2 > x1 && y2 > y1)) return this.drop();
    if (x1 >= width || y1 >= height || x2 <= 0 || y2 <= 0) {
      const expected = `a box within the image of ${width}×${height}`;
      throw new DataError({ ...place, expected, actual: `one wholly outside, corners ${show(box)}` });
    }
    if (x1 < -slack || y1 < -slack || x2 > width + slack || y2 > height + slack) this.#clipped += 1;
    const inside = [Math.max(0, x1), Math.max(0, y1), Math.min(width, x2), Math.min(height, y2)] as const;
    return inside;
  }

  /** Counts a box of no size. */
  drop(): undefined {
    this.#empty += 1;
    return undefined;
  }

  /** A line for each kind of change made so far. */
  notes(source: string): string[] {
    const notes: string[] = [];
    if (this.#empty > 0) notes.push(`${source}: ${counted(this.#empty, 'box', 'boxes')} of no size dropped`);
    if (this.#clipped > 0) {
      notes.push(
        `${source}: ${counted(this.#clipped, 'box', 'boxes')} reaching out of the image clipped to it`,
      );
    }
    return notes;
  }
}

/** `1 box`, `2 boxes`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
