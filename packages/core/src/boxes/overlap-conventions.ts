/**
 * What is done against division by zero, by which the references differ:
 * - `safe` (default): 0/0 is 0 and nothing is ever NaN; other values are untouched;
 * - `mmdet`: union and enclosing area at least 1e-6 (IoU, IoF, GIoU), 1e-7 added (DIoU, CIoU); CIoU drops its aspect term where
 *   IoU ≤ .5 and is NaN for identical boxes, as in mmdet 3.3;
 * - `torchvision`: nothing for IoU, IoF and GIoU, so 0/0 is NaN; 1e-7 added for DIoU and CIoU.
 */
export type OverlapConvention = 'safe' | 'mmdet' | 'torchvision';

/** The guards of one convention. */
export interface Guards {
  /** Whether boxes that only touch have an intersection for the gradient, so that it pulls at them (value 0 either way). */
  readonly touching: boolean;
  /** The least denominator of IoU, IoF and the enclosing term of GIoU. */
  readonly least: number;
  /** What is added to the union of DIoU and CIoU. */
  readonly addedToUnion: number;
  /** What is added to the union and to the enclosing area of GIoU. */
  readonly addedToGeneralized: number;
  /** What is added to the squared diagonal of the enclosing box. */
  readonly addedToDiagonal: number;
  /** The least height in the aspect term of CIoU, and what is added to heights. */
  readonly leastHeight: number;
  readonly addedToHeight: number;
  /** What is added to the denominator of CIoU's α. */
  readonly addedToAlpha: number;
  /** The IoU above which CIoU's aspect term counts. */
  readonly aspectAbove: number;
}

/** The guards by convention. */
export const GUARDS: Readonly<Record<OverlapConvention, Guards>> = {
  safe: {
    touching: true,
    least: 1e-12,
    addedToUnion: 0,
    addedToGeneralized: 0,
    addedToDiagonal: 1e-7,
    leastHeight: 1e-7,
    addedToHeight: 0,
    addedToAlpha: 1e-7,
    aspectAbove: -1,
  },
  mmdet: {
    touching: true,
    least: 1e-6,
    addedToUnion: 1e-7,
    addedToGeneralized: 0,
    addedToDiagonal: 1e-7,
    leastHeight: 0,
    addedToHeight: 1e-7,
    addedToAlpha: 0,
    aspectAbove: 0.5,
  },
  torchvision: {
    touching: true,
    least: 0,
    addedToUnion: 0,
    addedToGeneralized: 0,
    addedToDiagonal: 1e-7,
    leastHeight: 0,
    addedToHeight: 0,
    addedToAlpha: 1e-7,
    aspectAbove: -1,
  },
};
