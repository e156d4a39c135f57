/** Ticks of a decade, from many to few, and the least distance of two in decades. */
const STEPS = [
  { ticks: [1, 2, 5], apart: Math.log10(2) },
  { ticks: [1, 3], apart: Math.log10(3) },
  { ticks: [1], apart: 1 },
] as const;

/**
 * A logarithmic axis about some positive values: a decade at least, with ticks where people expect them, no two of them nearer than
 * `apart`, a share of the axis.
 */
export function logFrame(
  values: readonly number[],
  apart = 0.15,
): {
  readonly domain: [low: number, high: number];
  readonly ticks: readonly number[];
} {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return { domain: [1, 10], ticks: [1, 10] };
  const [low, high] = [Math.min(...positive) / 1.4, Math.max(...positive) * 1.4];
  // Noise about one value should look like noise.
  const widen = Math.max(1, Math.sqrt(10 / (high / low)));
  const domain: [number, number] = [low / widen, high * widen];
  const decades = Math.log10(domain[1] / domain[0]);
  const steps = STEPS.find((steps) => steps.apart / decades >= apart)?.ticks ?? [1];
  // Where even whole decades are too near, every second, or third.
  const stride = Math.ceil(apart * decades);
  const first = Math.floor(Math.log10(domain[0]) / stride) * stride;
  const ticks = Array.from({ length: Math.ceil(decades / stride) + 2 }, (_, at) =>
    steps.map((step) => step * 10 ** (first + at * stride)),
  ).flat();
  return { domain, ticks: ticks.filter((tick) => tick >= domain[0] && tick <= domain[1]) };
}
