/** The sum of `own` over a workgroup of `size`, a power of 2, in WGSL: halved again and again, which keeps the digits. Left in `sums[0]`. */
export function treeSum(own: string): string {
  return `
  sums[lane] = ${own};
  workgroupBarrier();
  for (var half = SIZE / 2u; half > 0u; half /= 2u) {
    if (lane < half) { sums[lane] += sums[lane + half]; }
    workgroupBarrier();
  }`;
}

/** What {@link treeSum} needs at the top. */
export function treeSumDeclarations(size: number): string {
  return `
const SIZE = ${size}u;
var<workgroup> sums: array<f32, SIZE>;`;
}
