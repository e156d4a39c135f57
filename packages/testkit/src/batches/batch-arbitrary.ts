import type { SampleField } from '@equipoise/core';
import type { Arbitrary } from 'fast-check';
import { array, constantFrom, integer, nat, record, subarray, tuple } from 'fast-check';
import type { Batch, Row } from './batch.ts';
import { columnsOf } from './batch.ts';

/** An activation and a box loss that a strategy accepts. */
export type Setting = Pick<Batch, 'activation' | 'boxLoss'>;

/** How {@link batches} are drawn. */
export interface BatchOptions {
  /** Fields that are always there. */
  readonly needs: readonly SampleField[];
  readonly settings: readonly Setting[];
  readonly minRows?: number;
  readonly maxRows?: number;
}

const MOST_CLASSES = 4;
const GROUND_TRUTHS_AN_IMAGE = 3;
/** Fields that come and go one by one; boxes come and go together. */
const SINGLE_FIELDS: readonly SampleField[] = ['weights', 'image', 'level', 'groundTruth', 'maxOverlaps'];
const BOX_FIELDS: readonly SampleField[] = ['deltas', 'deltaTargets', 'anchors'];

/**
 * Batches that vary in all that a strategy may meet: activation, box loss, classes, images, which fields are there, label weights (0
 * among them), ignored samples, and half of the time logits of so few values that ties are the rule. They shrink to few samples of
 * small numbers.
 */
export function batches({ needs, settings, minRows = 1, maxRows = 20 }: BatchOptions): Arbitrary<Batch> {
  return record({
    setting: constantFrom(...settings),
    classes: integer({ min: 1, max: MOST_CLASSES }),
    images: integer({ min: 1, max: 3 }),
    optional: subarray([...SINGLE_FIELDS, 'deltas' as const]),
    tied: constantFrom(false, true),
    rows: array(drawnRow, { minLength: minRows, maxLength: maxRows, size: 'max' }),
  }).map(({ optional, rows, ...shape }) => {
    const boxes = optional.includes('deltas') || BOX_FIELDS.some((field) => needs.includes(field));
    const single = SINGLE_FIELDS.filter((field) => optional.includes(field) || needs.includes(field));
    return batchOf(rows, shape, boxes ? [...single, ...BOX_FIELDS] : single);
  });
}

interface Shape {
  readonly setting: Setting;
  readonly classes: number;
  readonly images: number;
  readonly tied: boolean;
}

type DrawnRow = {
  readonly kind: 'negative' | 'positive' | 'ignored';
  readonly whole: readonly [foreground: number, image: number, level: number, groundTruth: number];
  readonly weight: number;
  readonly logits: readonly number[];
  readonly boxes: readonly number[];
  readonly overlap: number;
};

const eighths = (most: number): Arbitrary<number> => integer({ min: -8 * most, max: 8 * most });

const drawnRow: Arbitrary<DrawnRow> = record({
  // The first is what shrinking ends at.
  kind: constantFrom('negative', 'negative', 'negative', 'positive', 'positive', 'ignored'),
  whole: tuple(nat(MOST_CLASSES - 1), nat(2), nat(2), nat(GROUND_TRUTHS_AN_IMAGE - 1)),
  weight: constantFrom(1, 1, 1, 2, 0.5, 0),
  logits: array(eighths(8), { minLength: MOST_CLASSES + 1, maxLength: MOST_CLASSES + 1 }),
  boxes: array(eighths(2), { minLength: 12, maxLength: 12 }),
  overlap: nat(16),
});

function batchOf(
  rows: readonly DrawnRow[],
  { setting, classes, images, tied }: Shape,
  fields: readonly SampleField[],
): Batch {
  const { activation, boxLoss } = setting;
  const whole = { activation, boxLoss, classes, images, fields };
  return { ...whole, rows: rows.map((row) => rowOf(row, whole, tied)) };
}

function rowOf(drawn: DrawnRow, shape: Omit<Batch, 'rows'>, tied: boolean): Row {
  const { kind, whole, weight, logits, boxes, overlap } = drawn;
  const { classes, images } = shape;
  const [foreground, image, level, groundTruth] = whole;
  const positive = kind === 'positive';
  const small = boxes.map((value) => value / 8);
  const [x, y, width, height] = [0, 1, 2, 3].map((i) => 10 * small[8 + i]! + 20) as [
    number,
    number,
    number,
    number,
  ];
  return {
    label: positive ? foreground % classes : kind === 'ignored' ? -1 : classes,
    logits: logits.slice(0, columnsOf(shape)).map((value) => (tied ? Math.trunc(value / 16) : value / 8)),
    weight,
    image: image % images,
    level,
    groundTruth: positive ? (image % images) * GROUND_TRUTHS_AN_IMAGE + groundTruth : -1,
    deltas: small.slice(0, 4),
    deltaTargets: small.slice(4, 8),
    anchor: [x, y, x + width + 4, y + height + 4],
    maxOverlap: positive ? 0.5 + overlap / 32 : overlap / 36,
  };
}
