// eˣ in double precision, to 2e-16 relative, of two numbers at once or of one: 2^k · eʳ with |r| ≤ ln 2 / 2, and eʳ by its series. The same steps in
// both, so that they give the same bits.

const LOG2E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.9314718036912381649e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
// Beyond, float32 holds 0 or infinity.
const FAR: f64 = 200;

// 1 / n!
const C2: f64 = 1.0 / 2;
const C3: f64 = 1.0 / 6;
const C4: f64 = 1.0 / 24;
const C5: f64 = 1.0 / 120;
const C6: f64 = 1.0 / 720;
const C7: f64 = 1.0 / 5040;
const C8: f64 = 1.0 / 40320;
const C9: f64 = 1.0 / 362880;
const C10: f64 = 1.0 / 3628800;
const C11: f64 = 1.0 / 39916800;
const C12: f64 = 1.0 / 479001600;
const C13: f64 = 1.0 / 6227020800;

export function exp(given: f64): f64 {
  const x = max(min(given, FAR), -FAR);
  const k = nearest(x * LOG2E);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let series = C13;
  series = series * r + C12;
  series = series * r + C11;
  series = series * r + C10;
  series = series * r + C9;
  series = series * r + C8;
  series = series * r + C7;
  series = series * r + C6;
  series = series * r + C5;
  series = series * r + C4;
  series = series * r + C3;
  series = series * r + C2;
  series = series * r + 1;
  series = series * r + 1;
  return series * reinterpret<f64>((<i64>k + 1023) << 52);
}

// Of two numbers in memory, in their place: the compiler warns of vectors that pass from file to file.
export function expOfTwo(at: usize): void {
  const given = v128.load(at);
  const x = f64x2.max(f64x2.min(given, f64x2.splat(FAR)), f64x2.splat(-FAR));
  const k = f64x2.nearest(f64x2.mul(x, f64x2.splat(LOG2E)));
  const high = f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HIGH)));
  const r = f64x2.sub(high, f64x2.mul(k, f64x2.splat(LN2_LOW)));
  let series = f64x2.splat(C13);
  series = step(series, r, C12);
  series = step(series, r, C11);
  series = step(series, r, C10);
  series = step(series, r, C9);
  series = step(series, r, C8);
  series = step(series, r, C7);
  series = step(series, r, C6);
  series = step(series, r, C5);
  series = step(series, r, C4);
  series = step(series, r, C3);
  series = step(series, r, C2);
  series = step(series, r, 1);
  series = step(series, r, 1);
  const powers = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k));
  v128.store(at, f64x2.mul(series, i64x2.shl(i64x2.add(powers, i64x2.splat(1023)), 52)));
}

function step(series: v128, r: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.mul(series, r), f64x2.splat(coefficient));
}
