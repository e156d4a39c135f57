import type { SampleField } from '@equipoise/core';

/** One sample of a {@link Batch} in plain numbers. */
export interface Row {
  readonly logits: readonly number[];
  /** 0…classes-1 a class, `classes` background, -1 ignored. */
  readonly label: number;
  readonly weight: number;
  readonly image: number;
  readonly level: number;
  readonly groundTruth: number;
  readonly deltas: readonly number[];
  readonly deltaTargets: readonly number[];
  /** x1 y1 x2 y2 in pixels. */
  readonly anchor: readonly number[];
  readonly maxOverlap: number;
}

/** A batch of samples in plain numbers: what the laws draw, shrink and print. */
export interface Batch {
  readonly activation: 'sigmoid' | 'softmax';
  readonly boxLoss: 'smooth-l1' | 'giou';
  readonly classes: number;
  readonly images: number;
  /** The fields that the samples have, besides logits and labels. */
  readonly fields: readonly SampleField[];
  readonly rows: readonly Row[];
}

/** Whether a sample counts: it has a label, and a label weight above 0. */
export function isIgnored(batch: Batch, row: Row): boolean {
  return row.label === -1 || (batch.fields.includes('weights') && row.weight === 0);
}

/** Whether a sample is of a class and counts. */
export function isPositive(batch: Batch, row: Row): boolean {
  return row.label < batch.classes && !isIgnored(batch, row);
}

/** The same batch with other rows. */
export function withRows(batch: Batch, rows: readonly Row[]): Batch {
  return { ...batch, rows };
}

/** How many columns logits have. */
export function columnsOf({ activation, classes }: Pick<Batch, 'activation' | 'classes'>): number {
  return activation === 'softmax' ? classes + 1 : classes;
}
