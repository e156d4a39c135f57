/**
 * WGSL over boxes x1 y1 x2 y2, `vec4f`: `areaOf(box)`, `intersectionOf(a, b)`, in the float32 order of torchvision and mmdet. The shader's
 * uniform has a field `zero: u32`, which is 0.
 *
 * Ties between IoUs decide, and WGSL lets a compiler fuse a product and the sum that takes it into one rounding. So products pass through an
 * exclusive or with a zero that no compiler knows: they are rounded first, as in composed ops, where each is stored.
 *
 * @param offset added to every width and height, in pixels.
 */
export function boxOverlap(offset: 0 | 1): string {
  const wider = offset === 0 ? '' : ' + 1.0f';
  return `
fn rounded(product: f32) -> f32 { return bitcast<f32>(bitcast<u32>(product) ^ u.zero); }
fn areaOf(box: vec4f) -> f32 { return rounded((box.z - box.x${wider}) * (box.w - box.y${wider})); }
fn intersectionOf(a: vec4f, b: vec4f) -> f32 {
  let width = min(a.z, b.z) - max(a.x, b.x)${wider};
  let height = min(a.w, b.w) - max(a.y, b.y)${wider};
  if (!(width > 0.0f && height > 0.0f)) { return 0.0f; }
  return rounded(width * height);
}`;
}
