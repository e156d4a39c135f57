import { DataError, show } from '../data-error.ts';
import type { CocoGroundTruth, Id } from './inputs.ts';

/** Ids and the consecutive numbers the evaluation works with. */
export interface Numbering {
  /** The ids taken part, ascending; an id's position is its number. */
  readonly ids: readonly Id[];
  /** Number of each id; `outside` for an id that is known but not chosen. */
  readonly numberOf: ReadonlyMap<Id, number>;
}

/** The number of an id that the ground truth knows but that was not chosen for this evaluation. */
export const outside = -1;

/**
 * Numbers the images of the ground truth, in ascending order of id.
 *
 * @param chosen - the ids to evaluate, default all
 * @throws DataError for a chosen id that the ground truth does not have
 */
export function numberImages(groundTruth: CocoGroundTruth, chosen?: readonly Id[]): Numbering {
  return number('imageIds', new Set(groundTruth.images.map((image) => image.id)), chosen);
}

/**
 * Numbers the categories of the ground truth, in ascending order of id.
 *
 * @param chosen - the ids to evaluate, default all
 * @throws DataError for a chosen id that the ground truth does not have
 */
export function numberCategories(groundTruth: CocoGroundTruth, chosen?: readonly Id[]): Numbering {
  return number('categoryIds', new Set(groundTruth.categories.map((category) => category.id)), chosen);
}

function number(option: string, known: ReadonlySet<Id>, chosen: readonly Id[] | undefined): Numbering {
  const stranger = chosen?.find((id) => !known.has(id));
  if (stranger !== undefined) {
    throw new DataError({
      file: 'options',
      field: option,
      expected: 'ids of the ground truth',
      actual: show(stranger),
    });
  }
  const ids = [...new Set(chosen ?? known)].sort(compareIds);
  const numberOf = new Map<Id, number>();
  for (const id of known) numberOf.set(id, outside);
  for (const [position, id] of ids.entries()) numberOf.set(id, position);
  return { ids, numberOf };
}

/** Numbers before strings, each ascending. */
function compareIds(a: Id, b: Id): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === typeof b) return a < b ? -1 : Number(a > b);
  return typeof a === 'number' ? -1 : 1;
}
