/** An unsigned integer of at most 32 bits in LEB128, as WebAssembly writes indices and sizes. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

/** A signed 32 bit integer in LEB128, as WebAssembly writes `i32.const`. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const signIsSaid = (byte & 0x40) !== 0 ? rest === -1 : rest === 0;
    bytes.push(signIsSaid ? byte : byte | 0x80);
    if (signIsSaid) return bytes;
  }
}
