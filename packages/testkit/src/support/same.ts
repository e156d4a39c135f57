import type { Figures } from './observe.ts';

/** How near is near: |a − b| ≤ absolute + relative · |b|. 0 and 0 ask for the same bits. */
export interface Nearness {
  readonly relative: number;
  readonly absolute: number;
}

export const EXACT: Nearness = { relative: 0, absolute: 0 };

/** Throws, naming the first number that differs, unless both steps gave the same. */
export function demandSame(wanted: Figures, got: Figures, said: string, near: Nearness = EXACT): void {
  for (const [name, values] of Object.entries(wanted)) {
    const others = got[name] ?? [];
    if (values.length !== others.length) {
      throw new Error(`${said}: ${values.length} ${name}, then ${others.length}`);
    }
    for (let i = 0; i < values.length; i += 1) {
      if (differs(values[i]!, others[i]!, near)) {
        throw new Error(
          `${said}: ${name}${values.length > 1 ? ` [${i}]` : ''}: ${values[i]}, then ${others[i]}`,
        );
      }
    }
  }
}

function differs(a: number, b: number, { relative, absolute }: Nearness): boolean {
  if (Object.is(a, b) || a === b) return false;
  return !(Math.abs(a - b) <= absolute + relative * Math.abs(b));
}
