import type { Extent } from './cell-grid.ts';
import { CellGrid } from './cell-grid.ts';

const { fround, max, min } = Math;

/** From so many boxes on a grid is faster than comparing with all. */
const GRID_FROM = 64;

/** Whether an IoU is enough to suppress: greater than the threshold, or also equal to it. */
export type Inequality = '>' | '>=';

/** The boxes that greedy NMS has kept in one group: coordinates and areas side by side, and a grid once they are many. */
export class KeptBoxes {
  count = 0;
  readonly #boxes: Float32Array;
  readonly #extent: Extent;
  readonly #threshold: number;
  readonly #offset: number;
  readonly #inclusive: boolean;
  /** x1 y1 x2 y2 area of each kept box. */
  #kept: Float32Array = new Float32Array(5 * GRID_FROM);
  #grid: CellGrid | undefined;

  constructor(
    boxes: Float32Array,
    extent: Extent,
    threshold: number,
    offset: number,
    inequality: Inequality = '>',
  ) {
    this.#boxes = boxes;
    this.#extent = extent;
    this.#threshold = fround(threshold);
    this.#offset = offset;
    this.#inclusive = inequality === '>=';
  }

  /** Keeps the box of that index. */
  add(index: number): void {
    if (this.#kept.length < 5 * (this.count + 1)) {
      const larger = new Float32Array(2 * this.#kept.length);
      larger.set(this.#kept);
      this.#kept = larger;
    }
    const at = 5 * this.count;
    for (let i = 0; i < 4; i += 1) this.#kept[at + i] = this.#boxes[4 * index + i]!;
    this.#kept[at + 4] = this.#area(index);
    this.count += 1;
    if (this.count === GRID_FROM) {
      this.#grid = new CellGrid(this.#extent);
      for (let entry = 0; entry < this.count; entry += 1) this.#addToGrid(entry);
    } else if (this.#grid) {
      this.#addToGrid(this.count - 1);
    }
  }

  /** Whether a kept box overlaps the box of that index by more than the threshold. */
  suppresses(index: number): boolean {
    const at = 4 * index;
    const boxes = this.#boxes;
    const [x1, y1, x2, y2] = [boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!];
    const area = this.#area(index);
    const grid = this.#grid;
    if (!grid) {
      for (let entry = 0; entry < this.count; entry += 1) {
        if (this.#overlaps(entry, x1, y1, x2, y2, area)) return true;
      }
      return false;
    }
    const [firstColumn, lastColumn, lastRow] = [
      grid.column(x1),
      grid.column(x2 + this.#offset),
      grid.row(y2 + this.#offset),
    ];
    const { head, before, entry } = grid;
    for (let row = grid.row(y1); row <= lastRow; row += 1) {
      for (let column = firstColumn; column <= lastColumn; column += 1) {
        for (let link = head[row * grid.columns + column]!; link >= 0; link = before[link]!) {
          if (this.#overlaps(entry[link]!, x1, y1, x2, y2, area)) return true;
        }
      }
    }
    return false;
  }

  /** The first of the kept boxes that suppresses the box of that index, as its place in the order of keeping; -1 none. */
  firstThatSuppresses(index: number): number {
    const at = 4 * index;
    const boxes = this.#boxes;
    const [x1, y1, x2, y2] = [boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!];
    const area = this.#area(index);
    const grid = this.#grid;
    if (!grid) {
      for (let entry = 0; entry < this.count; entry += 1) {
        if (this.#overlaps(entry, x1, y1, x2, y2, area)) return entry;
      }
      return -1;
    }
    let first = this.count;
    const lastRow = grid.row(y2 + this.#offset);
    const lastColumn = grid.column(x2 + this.#offset);
    for (let row = grid.row(y1); row <= lastRow; row += 1) {
      for (let column = grid.column(x1); column <= lastColumn; column += 1) {
        const cell = row * grid.columns + column;
        for (let link = grid.head[cell]!; link >= 0; link = grid.before[link]!) {
          const entry = grid.entry[link]!;
          if (entry < first && this.#overlaps(entry, x1, y1, x2, y2, area)) first = entry;
        }
      }
    }
    return first < this.count ? first : -1;
  }

  #overlaps(entry: number, x1: number, y1: number, x2: number, y2: number, area: number): boolean {
    const kept = this.#kept;
    const offset = this.#offset;
    const at = 5 * entry;
    if (kept[at]! >= x2 + offset || x1 >= kept[at + 2]! + offset) return false;
    if (kept[at + 1]! >= y2 + offset || y1 >= kept[at + 3]! + offset) return false;
    const width = fround(fround(min(x2, kept[at + 2]!) - max(x1, kept[at]!)) + offset);
    const height = fround(fround(min(y2, kept[at + 3]!) - max(y1, kept[at + 1]!)) + offset);
    if (!(width > 0 && height > 0)) return false;
    const inter = fround(width * height);
    const union = fround(fround(area + kept[at + 4]!) - inter);
    const iou = fround(inter / union);
    return iou > this.#threshold || (this.#inclusive && iou === this.#threshold);
  }

  #addToGrid(entry: number): void {
    const at = 5 * entry;
    const kept = this.#kept;
    this.#grid?.add(
      entry,
      kept[at]!,
      kept[at + 1]!,
      kept[at + 2]! + this.#offset,
      kept[at + 3]! + this.#offset,
    );
  }

  #area(index: number): number {
    const at = 4 * index;
    const width = fround(fround(this.#boxes[at + 2]! - this.#boxes[at]!) + this.#offset);
    const height = fround(fround(this.#boxes[at + 3]! - this.#boxes[at + 1]!) + this.#offset);
    return fround(width * height);
  }
}
