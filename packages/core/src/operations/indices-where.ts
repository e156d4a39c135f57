/** The indices where a mask is above 0, ascending. A loop: `Int32Array.from` with a function is slow. */
export function indicesWhere(mask: ArrayLike<number>): Int32Array {
  const indices = new Int32Array(mask.length);
  let count = 0;
  for (let i = 0; i < mask.length; i += 1) if (mask[i]! > 0) indices[count++] = i;
  return indices.subarray(0, count);
}
