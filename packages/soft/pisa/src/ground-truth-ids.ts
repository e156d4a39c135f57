/**
 * Ground-truth ids of a batch as mmdetection's `isr_p` makes them of the ids of each image: to each image's it adds one more than the
 * largest id of the image before, but not those of the images before that. From the third image on ids may collide: [0, 1, 2], [0, 1],
 * [0, 1] become 0 1 2, 3 4, 2 3. For parity only; `assignBatch` of core gives ids that are unique.
 */
export function mmdetGroundTruthIds(idsOfImages: readonly ArrayLike<number>[]): Int32Array {
  const merged: number[] = [];
  let offset = 0;
  for (const ids of idsOfImages) {
    const own = Array.from(ids);
    merged.push(...own.map((id) => id + offset));
    if (own.length > 0) offset = Math.max(...own) + 1;
  }
  return Int32Array.from(merged);
}
