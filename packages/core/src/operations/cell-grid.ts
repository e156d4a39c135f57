/** The region that boxes cover and how large they are, for a {@link CellGrid}. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  /** The side of a square cell, pixels. */
  readonly cell: number;
}

const LARGEST_SIDE = 128;

/** The extent of the given boxes (x1 y1 x2 y2 in turn): cells twice their mean side, at most 128 × 128. */
export function extentOf(boxes: Float32Array, indices: Int32Array): Extent {
  let [left, top, right, bottom, sides] = [Infinity, Infinity, -Infinity, -Infinity, 0];
  for (let i = 0; i < indices.length; i += 1) {
    const at = 4 * indices[i]!;
    const [x1, y1, x2, y2] = [boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!];
    if (x1 < left) left = x1;
    if (y1 < top) top = y1;
    if (x2 > right) right = x2;
    if (y2 > bottom) bottom = y2;
    sides += x2 - x1 + (y2 - y1);
  }
  const [width, height] = [right - left, bottom - top];
  const cell = Math.max(sides / indices.length, width / LARGEST_SIDE, height / LARGEST_SIDE);
  if (!(width > 0 && height > 0 && cell > 0 && cell < Infinity)) {
    return { left: 0, top: 0, columns: 1, rows: 1, cell: 1 };
  }
  return { left, top, columns: Math.ceil(width / cell), rows: Math.ceil(height / cell), cell };
}

/** Finds what may overlap a box: each entry lies in every cell that its box touches. */
export class CellGrid {
  /** The newest link of each cell, -1 none. */
  readonly head: Int32Array;
  /** By link: the link before it in the same cell, -1 none. */
  before: Int32Array = new Int32Array(256);
  /** By link: the entry. */
  entry: Int32Array = new Int32Array(256);
  readonly columns: number;
  readonly #extent: Extent;
  #links = 0;

  constructor(extent: Extent) {
    this.#extent = extent;
    this.columns = extent.columns;
    this.head = new Int32Array(extent.columns * extent.rows).fill(-1);
  }

  column(x: number): number {
    const { left, cell, columns } = this.#extent;
    return Math.min(columns - 1, Math.max(0, Math.floor((x - left) / cell))) | 0;
  }

  row(y: number): number {
    const { top, cell, rows } = this.#extent;
    return Math.min(rows - 1, Math.max(0, Math.floor((y - top) / cell))) | 0;
  }

  add(entry: number, x1: number, y1: number, x2: number, y2: number): void {
    const [firstColumn, lastColumn, lastRow] = [this.column(x1), this.column(x2), this.row(y2)];
    for (let row = this.row(y1); row <= lastRow; row += 1) {
      for (let column = firstColumn; column <= lastColumn; column += 1) {
        this.#link(row * this.columns + column, entry);
      }
    }
  }

  #link(cell: number, entry: number): void {
    if (this.#links === this.entry.length) {
      this.before = doubled(this.before);
      this.entry = doubled(this.entry);
    }
    this.before[this.#links] = this.head[cell]!;
    this.entry[this.#links] = entry;
    this.head[cell] = this.#links;
    this.#links += 1;
  }
}

function doubled(values: Int32Array): Int32Array {
  const larger = new Int32Array(2 * values.length);
  larger.set(values);
  return larger;
}
