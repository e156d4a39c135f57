const { fround, sqrt } = Math;

/** The anchors of one cell of one level. */
export interface CellAnchors {
  /** Side of the square that scales and ratios start from, pixels. */
  readonly baseSize: number;
  readonly scales: readonly number[];
  /** Height over width. */
  readonly ratios: readonly number[];
  /** Their common centre for the cell at (0, 0), pixels. */
  readonly centre: readonly [x: number, y: number];
  /** All scales of a ratio follow each other (or else all ratios of a scale). */
  readonly scaleMajor: boolean;
}

/** x1 y1 x2 y2 of each anchor of the cell at (0, 0), in the float32 arithmetic of mmdet. */
export function baseAnchors({ baseSize, scales, ratios, centre, scaleMajor }: CellAnchors): Float32Array {
  const sizes = scaleMajor
    ? ratios.flatMap((ratio) => scales.map((scale) => sideLengths(baseSize, ratio, scale, true)))
    : scales.flatMap((scale) => ratios.map((ratio) => sideLengths(baseSize, ratio, scale, false)));
  const [x, y] = centre;
  return Float32Array.from(sizes.flatMap(([w, h]) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2]));
}

function sideLengths(
  size: number,
  ratio: number,
  scale: number,
  ratioFirst: boolean,
): [width: number, height: number] {
  const tall = fround(sqrt(fround(ratio)));
  const wide = fround(1 / tall);
  const factor = fround(scale);
  const side = (stretch: number): number =>
    ratioFirst ? fround(fround(size * stretch) * factor) : fround(fround(size * factor) * stretch);
  return [side(wide), side(tall)];
}
