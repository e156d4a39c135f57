/**
 * WGSL's functions, mended: `log1p` and `expm1`, which it lacks, and exponentials and logarithms that need no infinity, which WGSL may
 * assume never to occur. What would be ∞ is the largest float32 here. Each function is defined where a program uses it, and only there.
 */
const LARGEST = '3.4028234e38f';

/** The functions by the operation that needs them. */
export const MATH: Readonly<Record<'exp' | 'log' | 'log1p' | 'expm1', string>> = {
  // Outside, float32 has only 0 and infinity; and an argument this side of infinity is safe from infinity - infinity.
  exp: `
fn exp_(x: f32) -> f32 { return select(exp(clamp(x, -104.0f, 88.72f)), ${LARGEST}, x > 88.72f); }`,
  log: `
fn log_(x: f32) -> f32 { return select(-${LARGEST}, log(max(x, 1.1754944e-38f)), x > 0.0f); }`,
  // log is known to 2^-21 absolutely near 1, which is nothing relative to log1p there: 2 atanh(x / (2 + x)) in a series instead.
  log1p: `
fn log1p_(x: f32) -> f32 {
  let s = x / (2.0f + x);
  let q = s * s;
  let near = 2.0f * s * (1.0f + q * (1.0f / 3.0f + q * (0.2f + q * (1.0f / 7.0f + q * (1.0f / 9.0f + q * (1.0f / 11.0f + q * (1.0f / 13.0f)))))));
  let far = select(-${LARGEST}, log(max(1.0f + x, 1.1754944e-38f)), x > -1.0f);
  return select(far, near, x > -0.5f && x < 1.0f);
}`,
  expm1: `
fn expm1_(x: f32) -> f32 {
  let near = x * (1.0f + x / 2.0f * (1.0f + x / 3.0f * (1.0f + x / 4.0f * (1.0f + x / 5.0f * (1.0f + x / 6.0f * (1.0f + x / 7.0f * (1.0f + x / 8.0f)))))));
  let far = select(exp(clamp(x, -104.0f, 88.72f)) - 1.0f, ${LARGEST}, x > 88.72f);
  return select(far, near, abs(x) < 0.5f);
}`,
};

/** A float32 as WGSL writes it; infinities are the largest number. */
export function literal(value: number): string {
  const largest = 3.4028234663852886e38;
  const single = Math.fround(Math.min(largest, Math.max(-largest, value)));
  // Tint reads any decimal that JavaScript prints of a float32.
  return `${single}f`;
}
