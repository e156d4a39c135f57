// Elements of 4 and 8 bytes by index. There is no other memory than what a caller's addresses name.

export function getF32(base: usize, index: i32): f32 {
  return load<f32>(base + ((<usize>index) << 2));
}
export function setF32(base: usize, index: i32, value: f32): void {
  store<f32>(base + ((<usize>index) << 2), value);
}
export function getI32(base: usize, index: i32): i32 {
  return load<i32>(base + ((<usize>index) << 2));
}
export function setI32(base: usize, index: i32, value: i32): void {
  store<i32>(base + ((<usize>index) << 2), value);
}
export function getU32(base: usize, index: i32): u32 {
  return load<u32>(base + ((<usize>index) << 2));
}
export function setU32(base: usize, index: i32, value: u32): void {
  store<u32>(base + ((<usize>index) << 2), value);
}
export function getF64(base: usize, index: i32): f64 {
  return load<f64>(base + ((<usize>index) << 3));
}
export function setF64(base: usize, index: i32, value: f64): void {
  store<f64>(base + ((<usize>index) << 3), value);
}
export function fillI32(base: usize, count: i32, value: i32): void {
  for (let i = 0; i < count; i++) setI32(base, i, value);
}
export function fillF32(base: usize, count: i32, value: f32): void {
  for (let i = 0; i < count; i++) setF32(base, i, value);
}
